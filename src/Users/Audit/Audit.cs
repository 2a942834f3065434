using System.Diagnostics;
using Marketplace.Kernel;

namespace Marketplace.Users;

internal sealed class Audit(UnitOfWork work, TimeProvider clock) : IAudit
{
    public Task Write(Caller caller, string act, string kind, Guid subject, object? detail = null) => work.Command(
        """
        INSERT INTO users.audit_log (at, actor, impersonator, session, key, act, subject_kind, subject, detail, request)
        VALUES ($1, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6, $7, $8, $9, $10)
        """,
        clock.GetUtcNow(), caller.AccountOrNull, caller.Impersonator, caller.Session, caller.Key, act, kind, subject,
        detail is null ? null : Sql.Json.Of(detail), Activity.Current?.TraceId.ToHexString()).Execute();
}
