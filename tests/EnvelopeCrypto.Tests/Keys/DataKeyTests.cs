using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys;

public sealed class DataKeyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void Key_of_another_length_is_refused(int length) =>
        Refused.As(EnvelopeError.WrappedKeyInvalid, () => DataKey.FromBytes(new byte[length]));

    [Fact]
    public void Generated_keys_differ_and_equal_ones_are_the_same()
    {
        using var one = DataKey.Generate();
        using var other = DataKey.Generate();
        using var copy = DataKey.FromBytes(one.Span);
        Assert.False(one.SameAs(other));
        Assert.True(one.SameAs(copy));
    }

    [Fact]
    public void Key_is_shown_neither_as_text_nor_as_JSON_nor_in_a_debugger()
    {
        using var key = DataKey.FromBytes(Enumerable.Repeat((byte)0x41, DataKey.Size).ToArray());
        Assert.Equal("(data key)", key.ToString());
        Assert.Equal("{}", JsonSerializer.Serialize(key));
        Assert.Equal("(data key)", typeof(DataKey).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        var browsable = typeof(DataKey).GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(member => member is FieldInfo or PropertyInfo)
            .Where(member => member.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State != DebuggerBrowsableState.Never);
        Assert.Empty(browsable);
    }

    [Fact]
    public void Disposed_key_is_zeroed_and_gives_nothing_more()
    {
        var secret = new SecretBytes(Enumerable.Repeat((byte)0x41, 32).ToArray());
        var bytes = secret.Span; // stays a view of the same pinned memory
        secret.Dispose();
        Assert.Equal(new byte[32], bytes.ToArray());
        Assert.Throws<ObjectDisposedException>(() => { _ = secret.Span; });

        var key = DataKey.Generate();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = key.Span; });
    }
}
