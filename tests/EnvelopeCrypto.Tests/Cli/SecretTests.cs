using System.Text;
using EnvelopeCrypto.Tests.Keys.Certificates;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class SecretTests(SecretTests.Scene scene) : IClassFixture<SecretTests.Scene>
{
    private const string Passphrase = "Zebra-Quitte-77";
    private const string WrongPassphrase = "Igel-Mispel-88";

    [Theory]
    [InlineData("kek new local:another --keyring-passphrase-file pw", ToolRun.Done)]
    [InlineData("kek new local:third --keyring-passphrase-file wrong", ToolRun.SomeFailed)]
    [InlineData("protect a -o again.evc --json --kek local:daily --kek local:secret --kek passphrase --kek x509:key.pem --keyring-passphrase-file pw --passphrase-file pw", ToolRun.Done)]
    [InlineData("inspect a.evc", ToolRun.Done)]
    [InlineData("inspect a.evc --json", ToolRun.Done)]
    [InlineData("unprotect a.evc -o b --allowed-kek passphrase --passphrase-file wrong", ToolRun.SomeFailed)]
    [InlineData("verify a.evc --json --allowed-kek local:secret --keyring-passphrase-file wrong", ToolRun.SomeFailed)]
    [InlineData("verify a.evc --allowed-kek x509:key.pem --certificate-passphrase-file wrong", ToolRun.SomeFailed)]
    [InlineData("rewrap rewrapped.evc --json --remove-kek local:daily --allowed-kek local:daily", ToolRun.SomeFailed)]
    [InlineData("kek export local:daily -o exported --kek passphrase --passphrase-file pw", ToolRun.Done)]
    [InlineData("kek import backup --passphrase-file wrong", ToolRun.SomeFailed)]
    [InlineData("kek rotate local:daily", ToolRun.Done)]
    [InlineData("kek list", ToolRun.Done)]
    [InlineData("kek list --json", ToolRun.Done)]
    public void No_run_shows_a_passphrase_or_a_key(string command, int exitCode)
    {
        var run = scene.Bench.Run(command.Split(' '));
        Assert.True(run.ExitCode == exitCode, $"It ended with {run.ExitCode}: {run.Errors}");
        Assert.NotEqual(0, run.Output.Length + run.ErrorOutput.Length);
        Assert.All(scene.Secrets(), secret => Assert.Equal(
            (-1, -1), (run.Output.AsSpan().IndexOf(secret), run.ErrorOutput.AsSpan().IndexOf(secret))));
    }

    /// <summary>A keyring, an envelope of every kind of KEK, and an exported KEK; made once.</summary>
    public sealed class Scene : IDisposable
    {
        private readonly byte[] _key;

        public Scene()
        {
            using var certificate = TestCertificate.OfBob();
            Bench.Write("key.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(certificate));
            Bench.Write("pw", Passphrase);
            Bench.Write("wrong", WrongPassphrase);
            Bench.Write("a", "hello");
            Run("kek new local:secret --keyring-passphrase-file pw");
            Run("protect a --kek local:daily --kek local:secret --kek passphrase --kek x509:key.pem --keyring-passphrase-file pw --passphrase-file pw");
            Bench.Write("rewrapped.evc", Bench.Read("a.evc"));
            Run("kek export local:daily -o backup --kek passphrase --passphrase-file pw");
            _key = Bench.KeyOf("daily");
        }

        internal ToolBench Bench { get; } = new();

        /// <summary>The passphrases, and the keys in every spelling.</summary>
        internal IEnumerable<byte[]> Secrets() =>
        [
            .. new[] { TestCertificate.Passphrase, Passphrase, WrongPassphrase }.Select(Encoding.UTF8.GetBytes),
            .. new[] { _key, Bench.KeyOf("daily") }.SelectMany(Spellings),
        ];

        public void Dispose() => Bench.Dispose();

        private static IEnumerable<byte[]> Spellings(byte[] key)
        {
            var base64 = Convert.ToBase64String(key);
            string[] texts =
            [
                base64, base64.TrimEnd('=').Replace('+', '-').Replace('/', '_'), Convert.ToHexString(key), Convert.ToHexString(key).ToLowerInvariant(),
            ];
            return [key, .. texts.Select(Encoding.UTF8.GetBytes)];
        }

        private void Run(string command) => Bench.Run(command.Split(' ')).RequireDone();
    }
}
