using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>SHA-256 of the previous hash and this row; every member with its length, so that nothing can slide from one into the next.</summary>
    public byte[] HashAfter(ReadOnlySpan<byte> previous, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        buffer.Write(previous);
        Write(buffer, Id);
        Write(buffer, At.UtcTicks / 10);        // microseconds, as the database keeps them
        foreach (var id in new[] { Actor, Impersonator, Session, Key, Subject }) Write(buffer, id);
        foreach (var text in new[] { Act, SubjectKind, Detail, Request }) Write(buffer, text);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), number);
        buffer.Advance(8);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, Guid? id)
    {
        var to = buffer.GetSpan(17);
        to[0] = id is null ? (byte)0 : (byte)1;
        (id ?? Guid.Empty).TryWriteBytes(to[1..], bigEndian: true, out _);
        buffer.Advance(17);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, string? text)
    {
        Write(buffer, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        if (text is not null) Encoding.UTF8.GetBytes(text, buffer);
    }

    private static Guid? IdOrNull(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetGuid(column);

    private static string? TextOrNull(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
