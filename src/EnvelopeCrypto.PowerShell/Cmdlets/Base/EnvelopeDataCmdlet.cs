using System.Globalization;
using System.Management.Automation;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// A cmdlet for values, or for named properties of records. Records keep their order; one that fails is an error that names its number,
/// and the others go on.
/// </summary>
public abstract class EnvelopeDataCmdlet : PassphraseCmdlet
{
    private const string All = "*";

    private readonly List<string> _wanted = [];
    private string[] _names = [];
    private object?[] _values = [];
    private long _row;
    private long _notTried;
    private EnvelopeException? _notTriedFailure;
    private bool _isBegun;
    private bool _isWanted;

    /// <summary>A value; or, with -Property, a record. A record that comes out is a copy; what came in is not changed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>The properties that are, or become, tokens; * for all of each record but those of -BindProperty.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public string[] Property { get; set; } = [];

    /// <summary>Properties of the same record that the tokens are bound to, by name and value.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public string[] BindProperty { get; set; } = [];

    /// <summary>Before the first record: asks where that is wanted, and opens KEKs. False: nothing is to be done.</summary>
    protected abstract bool Begin();

    /// <summary>The work on one record's fields, whose values are not null; gives the new value of each.</summary>
    /// <param name="names">The names; null for a value on its own.</param>
    /// <param name="values">The values, which are replaced.</param>
    /// <param name="binding">What the fields are bound to.</param>
    /// <param name="at">Is told the index of the field that is worked on, for the error.</param>
    private protected abstract void Work(string?[] names, object?[] values, RecordBinding binding, ref int at);

    /// <summary>The token that a value is; null for null, and for the empty text that a CSV file makes of null.</summary>
    /// <exception cref="EnvelopeException">NotAToken for what is not text.</exception>
    private protected static string? TokenOf(object? value) => value switch
    {
        null or DBNull or "" => null,
        string text => text,
        _ => throw new EnvelopeException(EnvelopeError.NotAToken, $"a {value.GetType().Name} is not a token, which is text."),
    };

    /// <summary>What is worked on, for people.</summary>
    protected string Target => Property.Length == 0 ? "the values of the pipeline"
        : IsAll ? "all properties of each record"
        : $"{string.Join(", ", Property)} of each record";

    private bool IsAll => Property is [All];

    /// <inheritdoc/>
    protected override void BeginProcessing() => OrThrow(() =>
    {
        if (BindProperty.Length > 0 && Property.Length == 0)
        {
            throw new EnvelopeException(
                EnvelopeError.FieldNameInvalid, "-BindProperty binds the properties of records, which -Property names.");
        }
        var twice = Property.Concat(BindProperty).GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(names => names.Count() > 1);
        if (twice is not null)
        {
            throw new EnvelopeException(
                EnvelopeError.FieldNameInvalid,
                $"the property '{twice.Key}' is named twice; one that becomes a token cannot be bound to itself.");
        }
        if (!IsAll && Property.Contains(All))
            throw new EnvelopeException(EnvelopeError.FieldNameInvalid, "-Property * stands for all properties, and is given alone.");
        _wanted.AddRange(IsAll ? [] : Property);
    });

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!_isBegun)
        {
            _isBegun = true;
            OrThrow(() => _isWanted = Begin());
        }
        if (!_isWanted)
            return;
        _row++;
        var at = -1;
        try
        {
            var input = RecordObject.Bare(InputObject);
            Write((Property.Length == 0 ? OfValue(input, ref at) : OfRecord(input, ref at))!);
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.NotTried)
        {
            _notTried++;
            _notTriedFailure ??= failure;
        }
        catch (EnvelopeException failure)
        {
            WriteFailure(AtRow(failure, at), _row);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        WriteSaid();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        WriteSaid();
        if (_notTriedFailure is not { } failure)
            return;
        var count = _notTried.ToString("N0", CultureInfo.InvariantCulture);
        var reason = $"{count} records were not tried, since the only KEKs for them failed before. {failure.Reason}";
        WriteFailure(new EnvelopeException(EnvelopeError.NotTried, reason, failure), _notTried);
    }

    private object? OfValue(object? value, ref int at)
    {
        if (value is null or DBNull)
            return value;
        object?[] values = [value];
        Work([null], values, RecordBinding.None, ref at);
        return values[0];
    }

    private object OfRecord(object? input, ref int at)
    {
        if (input is null or string or byte[])
            throw new EnvelopeException(EnvelopeError.FieldMissing, "this is not a record; without -Property a value is taken as it is.");
        // The wrapping may carry properties of its own, such as all of a custom object's.
        var record = RecordObject.Of(InputObject!);
        if (IsAll)
            NameAll(record);
        if (_names.Length != _wanted.Count)
            (_names, _values) = (new string[_wanted.Count], new object?[_wanted.Count]);
        for (at = 0; at < _wanted.Count; at++)
            (_names[at], _values[at]) = Require(record, _wanted[at]);
        at = -1;
        var binding = BindProperty.Length == 0 ? RecordBinding.None : RecordBinding.Of(BindProperty.Select(name => Bound(record, name)));
        Work(_names, _values, binding, ref at);
        return record.CopyWith(_names, _values);
    }

    private void NameAll(RecordObject record)
    {
        _wanted.Clear();
        _wanted.AddRange(record.Names().Where(name => !BindProperty.Contains(name, StringComparer.OrdinalIgnoreCase)));
        if (_wanted.Count == 0)
            throw new EnvelopeException(EnvelopeError.FieldMissing, "the record has no properties but those that tokens are bound to.");
    }

    private static KeyValuePair<string, object?> Bound(RecordObject record, string name)
    {
        var (found, value) = Require(record, name);
        return new(found, RecordCredential.ToEngine(value));
    }

    private static KeyValuePair<string, object?> Require(RecordObject record, string name) => record.Find(name) is { } field
        ? new(field.Key, RecordObject.Bare(field.Value))
        : throw new EnvelopeException(EnvelopeError.FieldMissing, $"the record has no property '{name}'.");

    private EnvelopeException AtRow(EnvelopeException failure, int at)
    {
        var field = at >= 0 && at < _wanted.Count ? $", {_wanted[at]}" : "";
        return new EnvelopeException(
            failure.Error, $"record {_row.ToString(CultureInfo.InvariantCulture)}{field}: {failure.Reason}", failure);
    }
}
