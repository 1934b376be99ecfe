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
    /// <exception cref="EnvelopeException">
    /// FieldMissing: it cannot be read. FieldNameInvalid: there are several, and none in this case.
    /// </exception>
    public abstract KeyValuePair<string, object?>? Find(string name);

    /// <summary>The names of all fields, in order. An alias is not one: it stays an alias of what it names.</summary>
    /// <exception cref="EnvelopeException">FieldNameInvalid: a key of a table is not text.</exception>
    public abstract IEnumerable<string> Names();

    /// <summary>A copy in which some fields have other values.</summary>
    /// <param name="names">Names as <see cref="Find"/> gave them.</param>
    /// <param name="values">The values, in the same order.</param>
    /// <exception cref="EnvelopeException">FieldNameInvalid: a custom object cannot have all of its names.</exception>
    public abstract object CopyWith(string[] names, object?[] values);

    /// <exception cref="EnvelopeException">FieldMissing: the record has no fields any more.</exception>
    public static RecordObject Of(object input)
    {
        var wrapped = PSObject.AsPSObject(input);
        return wrapped.BaseObject switch
        {
            IDictionary table => new Table(table),
            DataRow row when !row.HasVersion(DataRowVersion.Default) =>
                throw new EnvelopeException(EnvelopeError.FieldMissing, "the row was deleted, or taken out of its table."),
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

    private static EnvelopeException OnlyCaseDiffers(string name) => new(
        EnvelopeError.FieldNameInvalid, $"several properties of the record are called '{name}', but for upper and lower case.");

    private sealed class Properties(PSObject input) : RecordObject
    {
        public override KeyValuePair<string, object?>? Find(string name)
        {
            if (input.Properties[name] is not { } property)
                return null;
            try
            {
                return new(property.Name, property.IsGettable ? property.Value : null);
            }
            catch (GetValueException failure)
            {
                // What a getter says may hold values, so it is told no further.
                var why = (failure.InnerException ?? failure).GetType().Name;
                throw new EnvelopeException(EnvelopeError.FieldMissing, $"the property '{name}' cannot be read: its getter fails ({why}).");
            }
        }

        public override IEnumerable<string> Names() =>
            input.Properties.Where(property => property is not PSAliasProperty).Select(property => property.Name);

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
            var replaced = 0;
            foreach (var property in input.Properties)
            {
                var index = Array.IndexOf(names, property.Name);
                copy.Properties.Add(index >= 0 ? new PSNoteProperty(property.Name, values[index]) : Copy(property), preValidated: true);
                replaced += index >= 0 ? 1 : 0;
            }
            // A hidden property is found by its name, and not listed.
            for (var i = 0; i < names.Length && replaced < names.Length; i++)
            {
                if (copy.Properties[names[i]] is null)
                    copy.Properties.Add(new PSNoteProperty(names[i], values[i]), preValidated: true);
            }
            return copy;
        }

        // As a value, an alias would show what became a token under its other name.
        private static PSPropertyInfo Copy(PSPropertyInfo property) => property is PSAliasProperty alias
            ? new PSAliasProperty(alias.Name, alias.ReferencedMemberName)
            : new PSNoteProperty(property.Name, ValueOf(property));

        // As Select-Object does: the properties of a process, say, cannot all be read, and it is another one that is wanted.
        private static object? ValueOf(PSPropertyInfo property)
        {
            try
            {
                return property.IsGettable ? property.Value : null;
            }
            catch (GetValueException)
            {
                return null;
            }
        }
    }

    private sealed class Table(IDictionary input) : RecordObject
    {
        public override KeyValuePair<string, object?>? Find(string name)
        {
            KeyValuePair<string, object?>? found = null;
            var others = 0;
            foreach (DictionaryEntry pair in input)
            {
                if (Bare(pair.Key) is not string key || !string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                    continue;
                if (key == name)
                    return new(key, pair.Value);
                found = new(key, pair.Value);
                others++;
            }
            return others > 1 ? throw OnlyCaseDiffers(name) : found;
        }

        public override IEnumerable<string> Names() =>
            input.Keys.Cast<object>().Select(key => Bare(key) as string ?? throw new EnvelopeException(
                EnvelopeError.FieldNameInvalid,
                $"a key of the table is a {Bare(key)!.GetType().Name}; -Property * needs names that are text."));

        public override object CopyWith(string[] names, object?[] values)
        {
            var copy = input is Hashtable table ? (IDictionary)table.Clone() : new OrderedDictionary(input.Count, Comparer());
            foreach (DictionaryEntry pair in input)
                copy[pair.Key] = Bare(pair.Key) is string key ? Replaced(key, pair.Value, names, values) : pair.Value;
            return copy;
        }

        // Compares keys as PowerShell's own tables do, unless the table has two that would then be one.
        private StringComparer Comparer()
        {
            var keys = input.Keys.Cast<object>().OfType<string>();
            return keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() == keys.Count()
                ? StringComparer.OrdinalIgnoreCase
                : StringComparer.Ordinal;
        }
    }

    private sealed class Row(DataRow input) : RecordObject
    {
        public override KeyValuePair<string, object?>? Find(string name) =>
            input.Table.Columns[name] is { } column ? new(column.ColumnName, input[column]) : null;

        public override IEnumerable<string> Names() => input.Table.Columns.Cast<DataColumn>().Select(column => column.ColumnName);

        public override object CopyWith(string[] names, object?[] values)
        {
            var copy = new PSObject();
            foreach (DataColumn column in input.Table.Columns)
            {
                var name = column.ColumnName;
                if (copy.Properties[name] is not null)
                    throw OnlyCaseDiffers(name);
                copy.Properties.Add(new PSNoteProperty(name, Replaced(name, input[column], names, values)), preValidated: true);
            }
            return copy;
        }
    }
}
