using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>What somebody wants from now on; types that are not named stay as they are.</summary>
internal static class ChangePreferences
{
    public sealed record Request(IReadOnlyList<Wish> Data);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Data).Cascade(CascadeMode.Stop)
                .Must(d => d.Count is >= 1 and <= 100 && d.All(w => w is not null)).WithErrorCode("count").WithMessage("Name at least one type.")
                .Must(d => d.Select(w => w.Type).Distinct().Count() == d.Count).WithErrorCode("twice").WithMessage("A type is named twice.");
            RuleForEach(r => r.Data).Must(w => w is null || NoticeRule.Optional.Any(o => o.Type == w.Type)).WithErrorCode("always").WithMessage("Receipts and failed payments always come.");
        }
    }

    public static async Task<PreferencesReply> Handle(Request request, Caller caller, NotificationsDb db, UnitOfWork work, TimeProvider clock)
    {
        await Set(caller.Account, request.Data.SelectMany(w => new[] { (w.Type, Way.Inbox, !w.Inbox), (w.Type, Way.Mail, !w.Mail) }).ToList(), work, clock);
        return await ReadPreferences.Handle(caller, db);
    }

    internal static Task<int> Set(Guid account, IReadOnlyList<(NoticeType Type, Way Way, bool Off)> wishes, UnitOfWork work, TimeProvider clock) => work.Command(
        """
        INSERT INTO notifications.preferences (account, type, way, off, changed_at)
        SELECT $1, w.type, w.way, w.off, $5 FROM unnest($2::text[], $3::text[], $4::boolean[]) AS w(type, way, off) ORDER BY 2, 3
        ON CONFLICT (account, type, way) DO UPDATE SET off = excluded.off, changed_at = excluded.changed_at WHERE preferences.off <> excluded.off
        """,
        account, wishes.Select(w => Naming.Snake(w.Type.ToString())).ToArray(), wishes.Select(w => Naming.Snake(w.Way.ToString())).ToArray(),
        wishes.Select(w => w.Off).ToArray(), clock.GetUtcNow()).Execute();
}
