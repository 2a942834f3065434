using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>All who proposed a skill or genre hear what became of it.</summary>
internal sealed class OnFieldRequestDecided(Tell tell) : IReaction<FieldRequestDecided>
{
    public Task Handle(FieldRequestDecided happened, CancellationToken stop) => tell.Handle(happened.Requesters.Select(account => new Notice(
        account, happened.Approved ? NoticeType.FieldApproved : NoticeType.FieldRejected, happened.Request.ToString(), new Facts { FieldRequest = happened.Request },
        happened.Approved ? "/account/talents" : "/account/talents/propose") { Subject = ("field_request", happened.Request) }).ToList());
}
