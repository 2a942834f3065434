using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>
/// A code that takes something off an order: a part or a sum. One an order; it is for the products of its shop, or, being the market's, for
/// all of them; never for sending. Who made it pays for it: of a shop's coupon the shop earns less, of the market's every shop earns what it would have.
/// </summary>
internal sealed class Coupon
{
    private Coupon()
    {
    }

    public Guid Id { get; private set; }

    public string Code { get; private set; } = "";

    /// <summary>Null: the market's.</summary>
    public Guid? Shop { get; private set; }

    /// <summary>Basis points; or <see cref="Amount"/>.</summary>
    public int? Percent { get; private set; }

    public long? Amount { get; private set; }

    /// <summary>What the products that it is for cost at least; 0: anything.</summary>
    public long Minimum { get; private set; }

    /// <summary>Of amount and minimum; null when there is neither.</summary>
    public string? Currency { get; private set; }

    public DateTimeOffset StartsAt { get; private set; }

    public DateTimeOffset? EndsAt { get; private set; }

    public int? MaxUses { get; private set; }

    public int? MaxUsesEach { get; private set; }

    /// <summary>Counted only where they are limited.</summary>
    public int Uses { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? StoppedAt { get; private set; }

    public static Coupon Make(Guid? shop, MakeCoupon.Request request, Guid by, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new Coupon
        {
            Id = Ids.New(clock),
            Code = Normal(request.Code),
            Shop = shop,
            Percent = request.Percent,
            Amount = request.Amount?.Minor,
            Minimum = request.Minimum?.Minor ?? 0,
            Currency = request.Amount?.Currency.Code ?? (request.Minimum is { Minor: > 0 } least ? least.Currency.Code : null),
            StartsAt = request.StartsAt ?? now,
            EndsAt = request.EndsAt,
            MaxUses = request.MaxUses,
            MaxUsesEach = request.MaxUsesEach,
            CreatedBy = by,
            CreatedAt = now,
        };
    }

    /// <summary>Nobody cares how a code is written.</summary>
    public static string Normal(string code) => code.Trim().ToUpperInvariant();

    /// <summary>Who ordered with it keeps what it took off. Again changes nothing.</summary>
    public void Stop(DateTimeOffset now) => StoppedAt ??= now;

    public bool IsFor(Guid shop) => Shop is null || Shop == shop;

    /// <summary>Why it does not count for these products; null when it does.</summary>
    /// <param name="eligible">What those cost that it is for.</param>
    /// <param name="mine">How often this buyer has used it.</param>
    public CartProblem? Refuses(Money eligible, int mine, DateTimeOffset now) => this switch
    {
        _ when StoppedAt is not null || EndsAt <= now => CouponProblems.Over,
        _ when StartsAt > now => CouponProblems.TooEarly,
        _ when MaxUses <= Uses => CouponProblems.UsedUp,
        _ when MaxUsesEach <= mine => CouponProblems.UsedByYou,
        _ when eligible.Minor == 0 || (Currency is { } currency && currency != eligible.Currency.Code) => CouponProblems.NotForThis,
        _ when eligible.Minor < Minimum => CouponProblems.BelowMinimum,
        _ => null,
    };

    /// <summary>What it takes off these prices together, never more than they are.</summary>
    public long Of(Money eligible) => Percent is { } rate ? eligible.AtRate(rate).Minor : Math.Min(Amount!.Value, eligible.Minor);
}

/// <summary>That an order was made with a coupon.</summary>
internal sealed class CouponUse
{
    private CouponUse()
    {
    }

    internal CouponUse(Guid order, Guid coupon, Guid account, long discount, DateTimeOffset now) => (OrderId, CouponId, Account, Discount, TakenAt) = (order, coupon, account, discount, now);

    public Guid OrderId { get; private set; }

    public Guid CouponId { get; private set; }

    public Guid Account { get; private set; }

    public long Discount { get; private set; }

    public DateTimeOffset TakenAt { get; private set; }

    /// <summary>Nothing of the order stayed bought: it counts no more.</summary>
    public DateTimeOffset? GivenBackAt { get; private set; }
}

/// <summary>Why a coupon takes nothing off; said in the cart, before anybody pays.</summary>
internal static class CouponProblems
{
    public static readonly CartProblem
        Unknown = new("coupon_unknown", "There is no such coupon."),
        TooEarly = new("coupon_too_early", "This coupon is not valid yet."),
        Over = new("coupon_over", "This coupon is not valid any more."),
        UsedUp = new("coupon_used_up", "This coupon has been used as often as it can be."),
        UsedByYou = new("coupon_used_by_you", "You have used this coupon already."),
        NotForThis = new("coupon_not_for_this", "This coupon is for other products."),
        BelowMinimum = new("coupon_minimum", "This coupon is for larger orders.");

    public static Refused Refuse(CartProblem problem) => new(problem.Code, 409, problem.Detail) { Errors = [new FieldError("/coupon", problem.Code, problem.Detail)] };
}
