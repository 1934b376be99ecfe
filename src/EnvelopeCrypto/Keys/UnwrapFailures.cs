using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>Why each recipient of an envelope did not open it, and the one error that they make together.</summary>
internal sealed class UnwrapFailures
{
    private readonly List<(Recipient Recipient, EnvelopeException Failure)> _failures = [];

    // A KEK that failed before, and otherwise only such as may or can never be asked: nothing was done for this file.
    private bool WasNotTried =>
        Has(EnvelopeError.NotTried)
        && _failures.TrueForAll(
            failed => failed.Failure.Error is EnvelopeError.NotTried or EnvelopeError.KekNotAllowed or EnvelopeError.KekProviderMissing);

    public void Add(Recipient recipient, EnvelopeException failure) => _failures.Add((recipient, failure));

    /// <summary>
    /// CommitmentMismatch when a key was unwrapped; DerivationBudgetSpent when a passphrase was not tried for that; the reason itself when
    /// all have the same; else NotTried or NoRecipientOpened.
    /// </summary>
    public EnvelopeException ToException()
    {
        var list = string.Join(" | ", _failures.Select(failed => $"{failed.Recipient.Kek}: {failed.Failure.Reason}"));
        var first = _failures[0].Failure;
        var error = Has(EnvelopeError.CommitmentMismatch) ? EnvelopeError.CommitmentMismatch
            : Has(EnvelopeError.DerivationBudgetSpent) ? EnvelopeError.DerivationBudgetSpent
            : _failures.TrueForAll(failed => failed.Failure.Error == first.Error) ? first.Error
            : WasNotTried ? EnvelopeError.NotTried
            : EnvelopeError.NoRecipientOpened;
        return new EnvelopeException(error, $"no recipient could open it. {list}", first)
        {
            Algorithms = [.. _failures.Select(failed => failed.Recipient.Algorithm)],
        };
    }

    private bool Has(EnvelopeError error) => _failures.Exists(failed => failed.Failure.Error == error);
}
