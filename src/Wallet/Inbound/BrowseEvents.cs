using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What providers told, newest first.</summary>
internal static partial class BrowseEvents
{
    public static readonly IReadOnlyList<string> States = ["received", "handled", "ignored", "failed"];

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Columns = "id, provider, event_id, type, about, subject, happened_at, received_at, state, attempts, last_error, next_at, ended_at";

    public sealed record Row(
        Guid Id, string Provider, string EventId, string Type, string About, string? Subject, DateTimeOffset? HappenedAt, DateTimeOffset ReceivedAt, string State, int Attempts,
        string? LastError, DateTimeOffset? NextAt, DateTimeOffset? EndedAt);

    /// <param name="Body">As it came, made readable; what could be a card's number is not shown. Null: it was erased with a person in it.</param>
    public sealed record Detail(Row Event, string? Body, IReadOnlyDictionary<string, string> Headers);

    /// <param name="Type">How it begins: <c>charge.</c>.</param>
    public sealed record Request(
        [FromQuery(Name = "provider")] string? Provider = null, [FromQuery(Name = "state")] string? State = null, [FromQuery(Name = "type")] string? Type = null,
        [FromQuery(Name = "cursor")] string? Cursor = null, [FromQuery(Name = "limit")] int? Limit = null);

    /// <exception cref="Refused">422 <c>state_unknown</c>.</exception>
    public static async Task<Page<Row>> Handle(Request request, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var limit = Cursors.Limit(request.Limit);
        var (provider, state, type) = (Text(request.Provider), Text(request.State), Text(request.Type));
        if (state is not null && !States.Contains(state)) throw new Refused("state_unknown", 422, "An event has no such state.");
        var filters = new { list = "provider events", provider, state, type };
        var after = cursors.Read(request.Cursor, filters);
        var rows = await source.Command(
            $"""
            SELECT {Columns} FROM wallet.provider_events
            WHERE ($1::text IS NULL OR provider = $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR starts_with(type, $3))
              AND ($4::timestamptz IS NULL OR (received_at, id) < ($4, $5))
            ORDER BY received_at DESC, id DESC LIMIT $6
            """,
            provider, state, type, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), limit + 1).List(Read, stop);
        return cursors.Page(rows, limit, filters, r => [r.ReceivedAt, r.Id]);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<Detail> One(Guid id, NpgsqlDataSource source, CancellationToken stop) => (await source.Command($"SELECT {Columns}, body, headers::text FROM wallet.provider_events WHERE id = $1", id)
        .List(r => new Detail(Read(r), r.IsDBNull(13) ? null : Readable(r.GetFieldValue<byte[]>(13)), JsonSerializer.Deserialize<Dictionary<string, string>>(r.GetString(14))!), stop)).SingleOrDefault() ?? throw Refused.NotFound();

    public static string Readable(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        try
        {
            text = JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(text), Pretty);
        }
        catch (JsonException)
        {
            // Not every provider speaks JSON: shown as it came.
        }

        return Secret().Replace(CardLike().Replace(text, "••••"), "$1\"••••\"");
    }

    private static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    private static Row Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.IsDBNull(5) ? null : r.GetString(5), r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6),
        r.GetFieldValue<DateTimeOffset>(7), r.GetString(8), r.GetInt32(9), r.IsDBNull(10) ? null : r.GetString(10), r.IsDBNull(11) ? null : r.GetFieldValue<DateTimeOffset>(11),
        r.IsDBNull(12) ? null : r.GetFieldValue<DateTimeOffset>(12));

    // Thirteen to nineteen digits, with blanks or dashes between them. Longer names of things are left alone.
    [GeneratedRegex(@"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CardLike();

    [GeneratedRegex("(\"(?:client_secret|secret|cvc|cvv|number|password|access_token)\"\\s*:\\s*)(\"(?:[^\"\\\\]|\\\\.)*\"|[-0-9.]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Secret();
}
