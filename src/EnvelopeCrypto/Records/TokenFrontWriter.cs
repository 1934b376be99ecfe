using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Records;

/// <summary>
/// Makes the fronts of new tokens, each once for all tokens of a field, a type, a data key and a second. Serves many threads.
/// </summary>
internal sealed class TokenFrontWriter(EncryptionContext context)
{
    private readonly object _gate = new();
    private readonly Dictionary<(string? Field, RecordValueType Type), TokenFront> _fronts = [];
    private IReadOnlyList<Recipient>? _recipients;
    private string _recipientsText = "";
    private IReadOnlyList<string> _boundNames = [];
    private long _issuedAt;

    /// <exception cref="EnvelopeException">FieldNameInvalid, HeaderInvalid, TooManyRecipients.</exception>
    public TokenFront For(EnvelopeKey key, long issuedAt, string? field, RecordValueType type, RecordBinding binding)
    {
        lock (_gate)
        {
            Begin(key, issuedAt, binding);
            if (_fronts.TryGetValue((field, type), out var front))
                return front;
            if (field is not null)
                FieldNames.BytesOf(field);
            var header = new TokenHeader
            {
                Context = context,
                IssuedAt = issuedAt,
                Batch = key.Batch,
                ValueType = type,
                Field = field,
                BoundNames = binding.Names,
            };
            front = TokenFront.Create(header, key.Recipients, _recipientsText);
            _fronts.Add((field, type), front);
            return front;
        }
    }

    private void Begin(EnvelopeKey key, long issuedAt, RecordBinding binding)
    {
        if (!ReferenceEquals(key.Recipients, _recipients))
            _recipientsText = TokenFront.RecipientsText(key.Recipients);
        else if (issuedAt == _issuedAt && (ReferenceEquals(binding.Names, _boundNames) || binding.Names.SequenceEqual(_boundNames, StringComparer.Ordinal)))
            return;
        _recipients = key.Recipients;
        _issuedAt = issuedAt;
        _boundNames = binding.Names;
        _fronts.Clear();
    }
}
