using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Key_that_was_not_wrapped_is_seen_in_every_usual_form(bool isTurned)
    {
        var bytes = Enumerable.Range(0, DataKey.Size).Select(i => (byte)(0xfb - (i * 7))).ToArray();
        using var key = DataKey.FromBytes(bytes);
        if (isTurned)
            Array.Reverse(bytes);
        byte[] wrapped = [.. bytes];
        Assert.True(key.IsBareIn(wrapped));
        Assert.True(key.IsBareIn([1, .. wrapped, 2]));
        var base64 = Convert.ToBase64String(bytes);
        foreach (var text in new[] { base64, base64.TrimEnd('='), Base64UrlText.Encode(bytes), Convert.ToHexString(bytes), Convert.ToHexString(bytes).ToLowerInvariant() })
            Assert.True(key.IsBareIn(Encoding.UTF8.GetBytes($"v1:{text};")), text);
        Assert.False(key.IsBareIn([]));
        Assert.False(key.IsBareIn(bytes.AsSpan(1)));
        Assert.False(key.IsBareIn(SampleBytes.Of(8192)));
    }

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
