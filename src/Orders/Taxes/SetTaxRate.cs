using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Orders;

/// <summary>
/// Staff write a rate that begins today or later, correct one that has not begun, or end one. A rate that has counted stays what it was; orders
/// that were placed keep theirs in any case.
/// </summary>
internal static class SetTaxRate
{
    /// <param name="Country">Two letters.</param>
    /// <param name="Kind">goods, electronic, or a kind of product.</param>
    /// <param name="Percent">0 is exempt; at most two decimals.</param>
    /// <param name="FromDay">Its first day (UTC).</param>
    /// <param name="UntilDay">Its last; empty: until a later one begins.</param>
    /// <param name="Note">Why; for the history.</param>
    public sealed record Request(string? Country = null, string? Kind = null, decimal? Percent = null, DateOnly? FromDay = null, DateOnly? UntilDay = null, string? Note = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator(Fulfilments fulfilments)
        {
            RuleFor(r => r.Country).Matches("^[A-Z]{2}$").WithErrorCode("country").WithMessage("Choose a country.").NotEmpty().WithErrorCode("country").WithMessage("Choose a country.");
            RuleFor(r => r.Kind).Must(k => k is TaxRate.Goods or TaxRate.Electronic || (k is not null && fulfilments.Know(k))).WithErrorCode("unknown_choice").WithMessage("Choose one of the list.");
            RuleFor(r => r.Percent).NotNull().InclusiveBetween(0, 100).Must(p => p is null || decimal.Truncate(p.Value * 100) == p.Value * 100).WithErrorCode("out_of_range")
                .WithMessage("A percentage from 0 to 100, with two decimals at most.");
            RuleFor(r => r.FromDay).NotNull().WithMessage("Say from which day.").InclusiveBetween(new DateOnly(2000, 1, 1), new DateOnly(2200, 1, 1)).WithMessage("Say from which day.");
            RuleFor(r => r.UntilDay).GreaterThanOrEqualTo(r => r.FromDay).WithErrorCode("out_of_range").WithMessage("The last day is not before the first.").When(r => r is { UntilDay: not null, FromDay: not null });
            RuleFor(r => r.Note).Must(n => !string.IsNullOrWhiteSpace(n)).WithErrorCode("NotEmptyValidator").WithMessage("Say why.").MaximumLength(500).WithMessage("At most 500 letters.");
        }
    }

    /// <exception cref="Refused">409 <c>tax_rate_in_force</c>: only its last day, today or later, can be set any more.</exception>
    public static async Task<TaxRate> Handle(Request request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var rate = new TaxRate(request.Country!, request.Kind!, request.FromDay!.Value, request.UntilDay, (int)(request.Percent!.Value * 100), request.Note!.Trim(), clock.GetUtcNow(), caller.Account);
        var before = await TaxRate.Beginning(rate.Country, rate.Kind, rate.FromDay, work);
        // Of a day that has begun the rate is what invoices of that day say.
        var ends = before is not null && before.Rate == rate.Rate && (before.UntilDay is null || before.UntilDay >= today) && (rate.UntilDay is null || rate.UntilDay >= today);
        if (rate.FromDay < today && !ends)
            throw new Refused("tax_rate_in_force", 409, "A rate that has counted is not changed. Write one that begins today or later, or set the last day of this one.") { Errors = [new FieldError("/from_day", "tax_rate_in_force", "Today or later.")] };
        await work.Command(
            """
            INSERT INTO orders.tax_rates (country, kind, from_day, until_day, rate, note, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (country, kind, from_day) DO UPDATE SET until_day = EXCLUDED.until_day, rate = EXCLUDED.rate, note = EXCLUDED.note, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by
            """,
            rate.Country, rate.Kind, rate.FromDay, rate.UntilDay, rate.Rate, rate.Note, rate.ChangedAt, rate.ChangedBy).Execute();
        await audit.Write(caller, "orders.tax_rate_set", "tax_rate", Guid.Empty, new { rate.Country, rate.Kind, rate.FromDay, rate.UntilDay, rate.Rate, was = before?.Rate, rate.Note });
        return rate;
    }
}
