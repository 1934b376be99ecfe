using System.Globalization;
using System.Reflection;
using System.Text;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests;

/// <summary>What C# users of the engine build on: every public type and member, as PublicApi.txt has them.</summary>
public sealed class PublicApiTests
{
    private const string Pinned = "PublicApi.txt";
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Only_what_was_meant_to_change_changes()
    {
        var root = ProjectFolder.Root();
        if (root is null)
            Assert.Skip("The project's folder is not above the tests, so the pinned list is not here.");
        var actual = List();
        var file = Path.Combine(root, "tests", "EnvelopeCrypto.Tests", Pinned);
        if (Environment.GetEnvironmentVariable("ENVELOPECRYPTO_TEST_PIN_API") == "1")
            File.WriteAllLines(file, actual);

        var pinned = File.ReadAllLines(file);
        var added = actual.Except(pinned, StringComparer.Ordinal).Select(line => $"+ {line}");
        var removed = pinned.Except(actual, StringComparer.Ordinal).Select(line => $"- {line}");
        var changes = string.Join('\n', added.Concat(removed));
        Assert.True(changes.Length == 0, $"If this is meant, set ENVELOPECRYPTO_TEST_PIN_API=1 once and commit {Pinned}:\n{changes}");
    }

    private static List<string> List()
    {
        var types = typeof(EnvelopeException).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal);
        return [.. types.SelectMany(type => Members(type).Order(StringComparer.Ordinal).Prepend(Name(type)))];
    }

    private static IEnumerable<string> Members(Type type)
    {
        // What the compiler writes for records, delegates and enums says nothing that the type's kind does not say.
        foreach (var member in type.GetMembers(Declared).Where(member => !IsCompilerMade(member)))
        {
            if (type.IsEnum && member is FieldInfo { IsLiteral: true } value)
                yield return $"{Name(type)}.{value.Name} = {Convert.ToInt64(value.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            else if (Signature(member) is { } signature)
                yield return $"{Name(type)}.{signature}";
        }
    }

    private static bool IsCompilerMade(MemberInfo member) =>
        member.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute))
            || member.Name.Contains('<', StringComparison.Ordinal);

    private static string? Signature(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method => $"{method.Name}({Parameters(method)}) : {Name(method.ReturnType)}",
        PropertyInfo property =>
            $"{property.Name} {{{(property.GetMethod?.IsPublic == true ? " get;" : "")}{Setter(property)} }} : "
            + $"{Name(property.PropertyType)}",
        FieldInfo { IsSpecialName: false } field => $"{field.Name} : {Name(field.FieldType)}",
        EventInfo @event => $"event {@event.Name} : {Name(@event.EventHandlerType!)}",
        _ => null,
    };

    private static string Setter(PropertyInfo property) => property.SetMethod is not { IsPublic: true } setter ? ""
        : setter.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? " init;" : " set;";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = …" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsGenericParameter || (type.FullName is null && !type.IsGenericType))
            return type.Name;
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return type.FullName!.Replace('+', '.');
        var name = new StringBuilder($"{type.Namespace}.{type.Name}");
        name.Length -= type.Name.Length - type.Name.IndexOf('`', StringComparison.Ordinal);
        return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
