using Marketplace.Kernel;
using Marketplace.Orders;

namespace Marketplace.Notifications;

/// <summary>A word about a cart that was left alone, to who wants such mails. What puts it back stays sealed until the mail is written.</summary>
internal sealed class OnCartLeft(Tell tell) : IReaction<CartLeft>
{
    public async Task Handle(CartLeft happened, CancellationToken stop) => await tell.Handle(new Notice(
        happened.Account, NoticeType.CartLeft, happened.Reminder.ToString(),
        new Facts { CartReminder = happened.Reminder, Product = happened.Products[0], Count = happened.Products.Count }, "/cart") { Secret = happened.SealedToken });
}
