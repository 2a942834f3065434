using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>One row of the log, and the only bytes that it can be written as: what a seal is made of.</summary>
internal sealed record AuditRow(
    long Id, DateTimeOffset At, Guid? Actor, Guid? Impersonator, Guid? Session, Guid? Key, string Act, string SubjectKind, Guid Subject, string? Detail, string? Request)
{
    public const string Columns = "a.id, a.at, a.actor, a.impersonator, a.session, a.key, a.act, a.subject_kind, a.subject, a.detail::text, a.request";

    public static AuditRow Read(NpgsqlDataReader r, int from = 0) => new(
        r.GetInt64(from), r.GetFieldValue<DateTimeOffset>(from + 1), IdOrNull(r, from + 2), IdOrNull(r, from + 3), IdOrNull(r, from + 4), IdOrNull(r, from + 5),
        r.GetString(from + 6), r.GetString(from + 7), r.GetGuid(from + 8), TextOrNull(r, from + 9), TextOrNull(r, from + 10));

    /// <summary>SHA-256 of the previous hash and this row.</summary>
    public byte[] HashAfter(ReadOnlySpan<byte> previous, SealedBytes bytes)
    {
        bytes.After(previous).Write(Id).Write(At);
        foreach (var id in new[] { Actor, Impersonator, Session, Key, Subject }) bytes.Write(id);
        foreach (var text in new[] { Act, SubjectKind, Detail, Request }) bytes.Write(text);
        return bytes.Hash();
    }

    private static Guid? IdOrNull(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetGuid(column);

    private static string? TextOrNull(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
