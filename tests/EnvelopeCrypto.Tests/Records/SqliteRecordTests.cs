using EnvelopeCrypto.Files;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EnvelopeCrypto.Tests.Records;

/// <summary>Tokens in the columns of a real database, as docs/records.md shows it.</summary>
public sealed class SqliteRecordTests : IDisposable
{
    private const int Rows = 2500;

    private readonly TempFolder _folder = new();
    private readonly RecordBench _bench = new();
    private readonly SqliteConnection _connection;

    public SqliteRecordTests()
    {
        _connection = new SqliteConnection($"Data Source={_folder["users.db"]};Pooling=False");
        _connection.Open();
        Execute("CREATE TABLE users (id INTEGER PRIMARY KEY, ssn TEXT, pay TEXT)");
    }

    private static CancellationToken Stop => RecordBench.Stop;

    public void Dispose()
    {
        _connection.Dispose();
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rows_are_written_read_and_rewrapped()
    {
        await WriteAsync("service:a");
        Assert.Equal(0L, Scalar("SELECT count(*) FROM users WHERE ssn NOT LIKE 'evc1.%' OR pay NOT LIKE 'evc1.%'"));
        Assert.Equal((long)(Rows / 10), Scalar("SELECT count(*) FROM users WHERE ssn IS NULL"));
        await RequireReadAsync();

        _bench.Service.Calls.Clear();
        _bench.Service.RefusesUnwrap = true;
        await RewrapAsync("service:b");
        Assert.Equal(3, _bench.Service.Count("re-encrypt")); // 1,000 rows share a data key
        Assert.Equal(3, _bench.Service.Calls.Count);

        _bench.Service.RefusesUnwrap = false;
        await RequireReadAsync();
    }

    [Fact]
    public async Task Token_that_was_copied_to_another_row_or_column_does_not_open()
    {
        await WriteAsync("local:a");
        Execute("UPDATE users SET ssn = (SELECT ssn FROM users WHERE id = 1) WHERE id = 2");
        Execute("UPDATE users SET pay = ssn WHERE id = 3");
        var operation = _bench.Unprotecting();
        await Refused.AsAsync(EnvelopeError.CommitmentMismatch, () => Read(operation, "ssn", 2));
        await Refused.AsAsync(EnvelopeError.BindingMismatch, () => Read(operation, "pay", 3));
        Assert.Equal("4-45-6789", await Read(operation, "ssn", 4));
    }

    private async Task WriteAsync(string kek)
    {
        var operation = _bench.Protecting(kek);
        using var transaction = _connection.BeginTransaction();
        for (var id = 1L; id <= Rows; id++)
        {
            RecordField[] fields = [new("ssn", id % 10 == 0 ? null : $"{id}-45-6789"), new("pay", id + 0.50m)];
            var tokens = await operation.ProtectFieldsAsync(fields, RecordBench.Bind(("id", id)), Stop);
            Execute("INSERT INTO users (id, ssn, pay) VALUES ($0, $1, $2)", id, tokens[0], tokens[1]);
        }
        transaction.Commit();
    }

    private async Task RewrapAsync(string kek)
    {
        var operation = _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks(kek) });
        using var transaction = _connection.BeginTransaction();
        foreach (var (id, ssn, pay) in All())
        {
            var binding = RecordBench.Bind(("id", id));
            if (ssn is not null)
                Execute("UPDATE users SET ssn = $1 WHERE id = $0", id, (await operation.RewrapFieldAsync("ssn", ssn, binding, Stop)).Token);
            Execute("UPDATE users SET pay = $1 WHERE id = $0", id, (await operation.RewrapFieldAsync("pay", pay!, binding, Stop)).Token);
        }
        transaction.Commit();
    }

    private async Task RequireReadAsync()
    {
        var operation = _bench.Unprotecting();
        var rows = All();
        Assert.Equal(Rows, rows.Count);
        foreach (var (id, ssn, pay) in rows)
        {
            var binding = RecordBench.Bind(("id", id));
            Assert.Equal(
                id % 10 == 0 ? null : $"{id}-45-6789", ssn is null ? null : await operation.UnprotectFieldAsync("ssn", ssn, binding, Stop));
            Assert.Equal(id + 0.50m, await operation.UnprotectFieldAsync("pay", pay!, binding, Stop));
        }
    }

    private async Task<object> Read(UnprotectRecordOperation operation, string column, long id) =>
        await operation.UnprotectFieldAsync(
            column, (string)Scalar($"SELECT {column} FROM users WHERE id = {id}")!, RecordBench.Bind(("id", id)), Stop);

    private List<(long Id, string? Ssn, string? Pay)> All()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT id, ssn, pay FROM users ORDER BY id";
        using var reader = command.ExecuteReader();
        var rows = new List<(long, string?, string?)>();
        while (reader.Read())
        {
            rows.Add(
                (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }
        return rows;
    }

    private object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void Execute(string sql, params object?[] values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i}", values[i] ?? DBNull.Value);
        command.ExecuteNonQuery();
    }
}
