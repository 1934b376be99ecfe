using System.Text.RegularExpressions;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>
/// The shell commands of docs/operations.md, and a machine as the document means it below a bench's folder: /srv, /mnt, /etc and /run.
/// </summary>
internal sealed partial class OperationsDocument
{
    private const string NotRun = "<!-- not run: ";
    private const string KmsReference = "alias/";
    private static readonly string[] Roots = ["/srv/", "/mnt/", "/etc/envelope/", "/run/credentials/"];

    private readonly ToolBench _bench;

    public OperationsDocument(ToolBench bench)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are those of a Unix shell.");
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        _bench = bench;
        foreach (var name in new[] { "backup", "backup-2027", "old" })
            bench.MakeKek(name);
        foreach (var file in new[] { "data/a.txt", "data/sub/b.txt", "mail/1.eml", "mail/2.eml", "outbox/bill.pdf" })
            bench.Write("pristine/srv/" + file, file);
        Directory.CreateDirectory(bench["pristine/srv/safe"]);
        Directory.CreateDirectory(bench["pristine/etc/envelope"]);
        bench.Write("etc/envelope/keyring.cred", "");
        bench.Write("run/credentials/envelope-backup.service/keyring", "a passphrase that no KEK here needs");
        Shell("envelope kek new local:elsewhere --key-pair --unprotected -q");
        Shell("envelope kek export local:elsewhere --public-key --destination pristine/etc/envelope/offline.pem -q; envelope kek remove local:elsewhere --yes -q");
        Shell("envelope protect pristine/srv/data -r -q --destination pristine/mnt/vault --kek local:backup --kek pub:pristine/etc/envelope/offline.pem");
    }

    /// <summary>
    /// Runs each block of commands, in a vault that each section finds as new. A block that needs AWS KMS is for a bench that has one.
    /// </summary>
    /// <returns>How many blocks were run.</returns>
    public int Run(bool withKms, params (string Name, string Value)[] variables)
    {
        var count = 0;
        foreach (var section in Text().Split("\n## "))
        {
            Reset();
            foreach (var block in BlocksOf(section).Where(block => block.Contains(KmsReference, StringComparison.Ordinal) == withKms))
            {
                Shell(Here(block), variables);
                if (File.Exists(_bench["offline.pem"]))
                    File.Copy(_bench["offline.pem"], _bench["etc/envelope/offline.pem"], overwrite: true); // "goes to the machines that encrypt"
                count++;
            }
        }
        return count;
    }

    /// <summary>The units of systemd, each with its file's name.</summary>
    public static IReadOnlyList<(string Name, string Text)> Units()
    {
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        return [.. Unit().Matches(Text()).Select(unit => (unit.Groups["name"].Value, unit.Groups["text"].Value))];
    }

    /// <summary>The commands that stand in the text, up to a pipe into another program, with a name for each placeholder.</summary>
    public static IEnumerable<string> InText() => Inline().Matches(Text()).Select(
        match => match.Value.Trim('`').Split(" | ")[0]
            .Replace("OLD-ARN", "alias/old", StringComparison.Ordinal).Replace("NEW-ARN", "alias/new", StringComparison.Ordinal)
            .Replace("NEW", "local:new", StringComparison.Ordinal));

    private static IEnumerable<string> BlocksOf(string section)
    {
        foreach (Match block in Fenced().Matches(section))
        {
            if (block.Groups["marker"].Value.StartsWith(NotRun, StringComparison.Ordinal))
                continue;
            if (block.Groups["language"].Value == "sh")
                yield return block.Groups["text"].Value;
            else if (ExecStart().Match(block.Groups["text"].Value) is { Success: true } start)
                yield return start.Groups["command"].Value;
        }
    }

    private string Here(string commands) =>
        Roots.Aggregate(commands, (text, root) => text.Replace(root, _bench.Folder + root, StringComparison.Ordinal));

    private void Reset()
    {
        foreach (var root in new[] { "srv", "mnt" })
        {
            if (Directory.Exists(_bench[root]))
                Directory.Delete(_bench[root], recursive: true);
        }
        Shell("rm -f offline.pem; cp -a pristine/. .");
    }

    private void Shell(string commands, params (string Name, string Value)[] variables)
    {
        var run = _bench.Shell($"set -euo pipefail\n{commands}", variables);
        Assert.True(run.ExitCode == 0, $"{commands}\nended with {run.ExitCode}: {string.Join('\n', run.ErrorLines)}");
    }

    private static string Text() => File.ReadAllText(Path.Combine(ProjectFolder.Root()!, "docs", "operations.md")).ReplaceLineEndings("\n");

    [GeneratedRegex(@"(?<marker><!--[^\n]*-->\n)?```(?<language>\w+)\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Fenced();

    [GeneratedRegex("`envelope [^`]+`", RegexOptions.None, 60_000)]
    private static partial Regex Inline();

    [GeneratedRegex(@"<!-- unit: (?<name>\S+) -->\n```ini\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Unit();

    [GeneratedRegex(@"^ExecStart=/usr/local/bin/(?<command>envelope .*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ExecStart();
}
