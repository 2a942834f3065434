using System.Security.Cryptography;
using Marketplace.Kernel;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Orders;

/// <summary>What a button sells: a thing once, or a plan that renews.</summary>
internal enum ButtonMode
{
    OneTime,
    Subscription,
}

/// <summary>A link that sells one offer: a seller puts it on a site of their own. Whoever has its key may buy, and nothing else.</summary>
internal sealed class PaymentButton
{
    /// <summary>Of one shop.</summary>
    public const int Most = 100;

    private PaymentButton()
    {
    }

    internal PaymentButton(Guid shop, Guid product, Guid offer, ButtonMode mode, Guid by, TimeProvider clock)
    {
        (Id, Shop, Product, Offer, Mode, MadeBy, Active) = (Ids.New(clock), shop, product, offer, mode, by, true);
        Key = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(24));
        CreatedAt = ChangedAt = clock.GetUtcNow();
    }

    public Guid Id { get; private set; }

    /// <summary>192 bits: nobody guesses it. It is public to whom the seller shows it.</summary>
    public string Key { get; private set; } = "";

    public Guid Shop { get; private set; }

    public Guid Product { get; private set; }

    public Guid Offer { get; private set; }

    public ButtonMode Mode { get; private set; }

    /// <summary>What it calls to do.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where its buyer goes after paying, with the order's number; null: their order here.</summary>
    public string? SuccessUrl { get; private set; }

    /// <summary>Where somebody goes who does not buy; null: nowhere.</summary>
    public string? CancelUrl { get; private set; }

    public bool Active { get; private set; }

    public long Views { get; private set; }

    public Guid MadeBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <param name="success">Checked by <see cref="ReturnAddress"/>.</param>
    /// <param name="cancel">Checked, too.</param>
    public void Say(string text, string? success, string? cancel, DateTimeOffset now) => (Text, SuccessUrl, CancelUrl, ChangedAt) = (text, success, cancel, now);

    public void Switch(bool on, DateTimeOffset now) => (Active, ChangedAt) = (on, now);
}
