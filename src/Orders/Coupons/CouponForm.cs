using System.Globalization;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>A coupon as it is typed into a page.</summary>
internal sealed class CouponForm
{
    private const string PartOrSum = "Write a part such as 10 %, or a sum such as 5.00.";

    public Guid? Shop { get; set; }

    public string? Code { get; set; }

    /// <summary>"10 %" or "5.00".</summary>
    public string? Off { get; set; }

    public string? Minimum { get; set; }

    public DateTimeOffset? EndsAt { get; set; }

    public int? MaxUses { get; set; }

    public int? MaxUsesEach { get; set; }

    /// <exception cref="Refused">422: not to be understood.</exception>
    public MakeCoupon.Request Read(Guid? shop, Currency currency)
    {
        var off = (Off ?? "").Trim();
        var percent = off.EndsWith('%') ? PercentOf(off[..^1].Trim()) : (int?)null;
        return new MakeCoupon.Request(Code ?? "", shop, percent, percent is null ? Amount(off, currency, "/off", PartOrSum) : null,
            string.IsNullOrWhiteSpace(Minimum) ? null : Amount(Minimum, currency, "/minimum", "Write an amount such as 25 or 25.00."), null, EndsAt, MaxUses, MaxUsesEach);
    }

    private static int PercentOf(string text) =>
        decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100 && percent * 100 == Math.Truncate(percent * 100)
            ? (int)(percent * 100)
            : throw Refused.Invalid(new FieldError("/off", "malformed", PartOrSum));

    private static Money Amount(string text, Currency currency, string pointer, string help) =>
        Money.TryParse(text, currency, out var amount) && amount.Minor > 0 ? amount : throw Refused.Invalid(new FieldError(pointer, "malformed", help));
}
