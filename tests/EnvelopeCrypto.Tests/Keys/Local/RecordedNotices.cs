using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys.Local;

internal sealed class RecordedNotices : INotices
{
    public List<string> Informations { get; } = [];

    public void Information(string message) => Informations.Add(message);

    public void Warning(string message) => throw new InvalidOperationException(message);
}
