using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Records;

/// <summary>
/// Turns values into tokens: texts that fit into a database column or a CSV file, and that only their KEKs open. Serves any number of
/// records of one run, from any number of threads.
/// </summary>
public sealed class ProtectRecordOperation
{
    private readonly KekSession _session;
    private readonly ProtectRecordOptions _options;
    private readonly TimeProvider _time;
    private readonly RandomSource _random;
    private readonly TokenFrontWriter _fronts;
    private readonly object _gate = new();
    private IReadOnlyList<IKek>? _keks;
    private DataKeyPool? _pool;

    /// <summary>An operation of a session, which outlives it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">RecordsPerDataKey is out of range.</exception>
    public ProtectRecordOperation(KekSession session, ProtectRecordOptions options)
        : this(session, options, TimeProvider.System, RandomNumberGenerator.Fill)
    {
    }

    internal ProtectRecordOperation(KekSession session, ProtectRecordOptions options, TimeProvider time, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RecordsPerDataKey, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.RecordsPerDataKey, ProtectRecordOptions.MaxRecordsPerDataKey, nameof(options));
        _session = session;
        _options = options;
        _time = time;
        _random = random;
        _fronts = new TokenFrontWriter(options.Context);
    }

    /// <summary>Opens the KEKs now instead of with the first record.</summary>
    /// <exception cref="EnvelopeException">Why a KEK cannot be used.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken) =>
        _keks ??= await _session.OpenAsync(_options.Keks, cancellationToken);

    /// <summary>Encrypts a value on its own.</summary>
    /// <returns>The token; null for null.</returns>
    /// <exception cref="EnvelopeException">ValueUnsupported, AlreadyAToken, and what KEKs can fail with.</exception>
    public ValueTask<string?> ProtectValueAsync(object? value, CancellationToken cancellationToken) =>
        ProtectOneAsync(new RecordField(Name: null, value), RecordBinding.None, cancellationToken);

    /// <summary>Encrypts one field of a record.</summary>
    /// <param name="name">The field's name, by which the token has to be asked for.</param>
    /// <param name="value">The value.</param>
    /// <param name="binding">Other fields of the record that the token is bound to.</param>
    /// <param name="cancellationToken">Stops the call to a key service.</param>
    /// <returns>The token; null for null.</returns>
    /// <exception cref="EnvelopeException">FieldNameInvalid, ValueUnsupported, AlreadyAToken, and what KEKs can fail with.</exception>
    public ValueTask<string?> ProtectFieldAsync(string name, object? value, RecordBinding binding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ProtectOneAsync(new RecordField(name, value), binding, cancellationToken);
    }

    /// <summary>Encrypts several fields of a record under one data key.</summary>
    /// <returns>A token for each field, in order; null for null.</returns>
    /// <exception cref="EnvelopeException">As for one field; no token is given then.</exception>
    public async ValueTask<IReadOnlyList<string?>> ProtectFieldsAsync(
        IReadOnlyList<RecordField> fields, RecordBinding binding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(binding);
        var tokens = new string?[fields.Count];
        var plain = new (RecordValueType Type, byte[]? Bytes)[fields.Count];
        try
        {
            var length = 0L;
            for (var i = 0; i < plain.Length; i++)
            {
                plain[i] = Read(fields[i], binding);
                if (plain[i].Bytes is { } bytes)
                    length += bytes.Length;
                else
                    tokens[i] = fields[i].Value as string;
            }
            var count = plain.Count(value => value.Bytes is not null);
            if (count > 0)
            {
                using var key = await DataKeyAsync(count, length, cancellationToken);
                for (var i = 0; i < plain.Length; i++)
                {
                    if (plain[i].Bytes is { } bytes)
                        tokens[i] = Write(key, fields[i].Name, plain[i].Type, bytes, binding);
                }
            }
            return tokens;
        }
        finally
        {
            foreach (var (_, bytes) in plain)
                CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private async ValueTask<string?> ProtectOneAsync(RecordField field, RecordBinding binding, CancellationToken cancellationToken) =>
        (await ProtectFieldsAsync([field], binding, cancellationToken))[0];

    // The value's bytes; none for null, and for a token that is to stay.
    private (RecordValueType Type, byte[]? Bytes) Read(RecordField field, RecordBinding binding)
    {
        try
        {
            RequireOther(field.Name, binding);
            return IsLeft(field, binding) ? default : RecordValue.Encode(field.Value!);
        }
        catch (EnvelopeException failure) when (field.Name is not null)
        {
            throw new EnvelopeException(failure.Error, $"'{field.Name}': {failure.Reason}", failure);
        }
    }

    private string Write(EnvelopeKey key, string? field, RecordValueType type, byte[] plaintext, RecordBinding binding)
    {
        var front = _fronts.For(key, _time.GetUtcNow().ToUnixTimeSeconds(), field, type, binding);
        var body = TokenBody.Seal(key.DataKey.Span, front.BodyContext(binding), plaintext, _random);
        return string.Create(front.Text.Length + Base64UrlText.LengthOf(body.Length), (front.Text, body), static (letters, parts) =>
        {
            parts.Text.CopyTo(letters);
            Base64UrlText.Encode(parts.body, letters[parts.Text.Length..]);
        });
    }

    // What begins like a token is one that was encrypted before, or was cut off; encrypted again, it would only be
    // found out on the day of need. So would one that stays where it does not open: made for another field, or bound to other names.
    private bool IsLeft(RecordField field, RecordBinding binding)
    {
        if (field.Value is null or DBNull)
            return true;
        if (field.Value is not string text || !TokenText.IsLikeOne(text))
            return false;
        if (!_options.SkipProtected)
            throw new EnvelopeException(EnvelopeError.AlreadyAToken, "the value is a token already, or begins like one.");
        var token = TokenText.Split(text);
        TokenFront.Parse(token).Header.RequireFor(field.Name, binding);
        token.DecodeBody();
        return true;
    }

    private static void RequireOther(string? field, RecordBinding binding)
    {
        if (field is not null && binding.Names.Contains(field, StringComparer.Ordinal))
            throw FieldNames.Invalid($"the field '{field}' cannot be bound to itself: its value is replaced by the token.");
    }

    // A value that shares its data key with no other needs no batch in its header: that makes its token shorter.
    private async ValueTask<EnvelopeKey> DataKeyAsync(int values, long length, CancellationToken cancellationToken)
    {
        var keks = await KeksAsync(cancellationToken);
        return _options.RecordsPerDataKey == 1 && values == 1
            ? await EnvelopeKey.GenerateAsync(_session, keks, new KeySubject(_options.Context), cancellationToken)
            : await Pool(keks).TakeAsync(length, path: null, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<IKek>> KeksAsync(CancellationToken cancellationToken) =>
        _keks ??= await _session.OpenAsync(_options.Keks, cancellationToken);

    private DataKeyPool Pool(IReadOnlyList<IKek> keks)
    {
        lock (_gate)
            return _pool ??= _session.OpenPool(keks, _options.Context, _options.RecordsPerDataKey, _time);
    }
}
