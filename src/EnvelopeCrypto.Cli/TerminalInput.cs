namespace EnvelopeCrypto.Cli;

/// <summary>What a person types at the terminal of this process, unseen, where standard input may be a pipe.</summary>
internal abstract class TerminalInput : IDisposable
{
    private readonly object _gate = new();
    private bool _asking;

    /// <summary>Null when the process has no terminal.</summary>
    public static TerminalInput? TryOpen() => OperatingSystem.IsWindows() ? WindowsTerminalInput.TryOpen() : UnixTerminalInput.TryOpen();

    /// <summary>
    /// Asks and reads a line, of which the terminal shows nothing. It shows what is typed again afterwards, and when the run
    /// is stopped or suspended meanwhile.
    /// </summary>
    /// <returns>The characters, which the caller zeroes.</returns>
    /// <exception cref="EnvelopeException">
    /// PromptRequired: the terminal does not answer; PassphraseInvalid: what was typed is not text, or too long.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public char[] ReadHidden(string question, CancellationToken stop)
    {
        using var suspended = OnSuspension(EndHiding, () => Begin(question));
        using var stopped = stop.Register(EndHiding);
        _asking = true;
        try
        {
            Begin(question);
            // A read of the system cannot be given up, so another thread waits for it.
            return Task.Run(ReadLine, stop).WaitAsync(stop).GetAwaiter().GetResult();
        }
        finally
        {
            _asking = false;
            EndHiding();
            ErrorOutput.WriteLine("");
        }
    }

    /// <summary>
    /// Asks and reads a line, which the terminal shows as it is typed. Not by the console of .NET, which leaves a terminal that ends no
    /// line at Enter: a passphrase that is asked for next would never end.
    /// </summary>
    /// <exception cref="EnvelopeException">PromptRequired, PassphraseInvalid.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public string ReadShown(string question, CancellationToken stop)
    {
        ErrorOutput.Write(question);
        return new string(Task.Run(ReadLine, stop).WaitAsync(stop).GetAwaiter().GetResult());
    }

    public abstract void Dispose();

    /// <summary>From now on the terminal shows nothing of what is typed.</summary>
    protected abstract void Hide();

    /// <summary>The terminal is as it was before <see cref="Hide"/>.</summary>
    protected abstract void Show();

    /// <summary>Reads a line; what was read is left nowhere else.</summary>
    protected abstract char[] ReadLine();

    /// <summary>Has one action done before the process is suspended, and another when it goes on.</summary>
    protected abstract IDisposable? OnSuspension(Action before, Action after);

    // Hidden before the question is shown, since some answer at once.
    private void Begin(string question)
    {
        lock (_gate)
        {
            if (!_asking)
                return;
            Hide();
            ErrorOutput.Write($"{question}: ");
        }
    }

    private void EndHiding()
    {
        lock (_gate)
            Show();
    }
}
