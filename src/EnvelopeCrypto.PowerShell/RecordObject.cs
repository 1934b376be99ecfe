using System.Collections;
using System.Collections.Specialized;
using System.Data;
using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// A record of the pipeline and its fields. It is never changed: what comes out is a copy with other values, of the same properties in the
/// same order. Tables stay tables; rows of a DataTable, and objects of any other type, become custom objects.
/// </summary>
internal abstract class RecordObject
{
    /// <summary>The field of that name, in any case, under the name that it has in the record; null when there is none.</summary>
    public abstract KeyValuePair<string, object?>? Find(string name);

    /// <summary>A copy in which some fields have other values.</summary>
    /// <param name="names">Names as <see cref="Find"/> gave them.</param>
    /// <param name="values">The values, in the same order.</param>
    public abstract object CopyWith(string[] names, object?[] values);

    public static RecordObject Of(object input)
    {
        var wrapped = PSObject.AsPSObject(input);
        return wrapped.BaseObject switch
        {
            IDictionary table => new Table(table),
            DataRow row => new Row(row),
            _ => new Properties(wrapped),
        };
    }

    /// <summary>A value without PowerShell's wrapping.</summary>
    public static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static object? Replaced(string name, object? value, string[] names, object?[] values)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] == name)
                return values[i];
        }
        return value;
    }

    private sealed class Properties(PSObject input) : RecordObject
    {
        public override KeyValuePair<string, object?>? Find(string name) =>
            input.Properties[name] is { } property ? new(property.Name, ValueOf(property)) : null;

        public override object CopyWith(string[] names, object?[] values)
        {
            var copy = new PSObject();
            if (input.BaseObject is PSCustomObject && input.TypeNames.Count > 2)
            {
                // A name of the user's own, by which the object is shown.
                copy.TypeNames.Clear();
                foreach (var name in input.TypeNames)
                    copy.TypeNames.Add(name);
            }
            foreach (var property in input.Properties)
            {
                var value = Array.IndexOf(names, property.Name) is var index and >= 0 ? values[index] : ValueOf(property);
                copy.Properties.Add(new PSNoteProperty(property.Name, value), preValidated: true);
            }
            return copy;
        }

        private static object? ValueOf(PSPropertyInfo property)
        {
            try
            {
                return property.IsGettable ? property.Value : null;
            }
            catch (GetValueException failure)
            {
                throw new EnvelopeException(EnvelopeError.FieldMissing, $"the property '{property.Name}' cannot be read: {failure.Message}", failure);
            }
        }
    }

    private sealed class Table(IDictionary input) : RecordObject
    {
        public override KeyValuePair<string, object?>? Find(string name)
        {
            foreach (DictionaryEntry pair in input)
            {
                if (Bare(pair.Key) is string key && string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                    return new(key, pair.Value);
            }
            return null;
        }

        public override object CopyWith(string[] names, object?[] values)
        {
            // Compares keys as PowerShell's own tables do.
            IDictionary copy = input is Hashtable
                ? new Hashtable(input.Count, StringComparer.CurrentCultureIgnoreCase)
                : new OrderedDictionary(input.Count, StringComparer.OrdinalIgnoreCase);
            foreach (DictionaryEntry pair in input)
                copy[pair.Key] = Bare(pair.Key) is string key ? Replaced(key, pair.Value, names, values) : pair.Value;
            return copy;
        }
    }

    private sealed class Row(DataRow input) : RecordObject
    {
        public override KeyValuePair<string, object?>? Find(string name) =>
            input.Table.Columns[name] is { } column ? new(column.ColumnName, input[column]) : null;

        public override object CopyWith(string[] names, object?[] values)
        {
            var copy = new PSObject();
            foreach (DataColumn column in input.Table.Columns)
                copy.Properties.Add(new PSNoteProperty(column.ColumnName, Replaced(column.ColumnName, input[column], names, values)), preValidated: true);
            return copy;
        }
    }
}
