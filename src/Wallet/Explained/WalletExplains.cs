using System.Globalization;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>How it was held: beside the sale that began the hold, and its release.</summary>
internal sealed class HoldExplains(NpgsqlDataSource source, IStringLocalizer<Texts> texts) : IExplains
{
    public IReadOnlyCollection<string> Keys { get; } = ["sale", "release"];

    public async Task<IReadOnlyDictionary<Guid, Explained>> Explain(string key, IReadOnlyCollection<Guid> ids, Guid? viewer, CancellationToken stop = default)
    {
        var holds = await source.Command(
            $"SELECT {Holds.Columns} FROM {Holds.Tables} WHERE {(key == "sale" ? "h.subject_id" : "h.id")} = ANY ($1) AND ($2::uuid IS NULL OR h.owner_id = $2)", ids.ToArray(), viewer).List(Holds.Read, stop);
        return holds.ToDictionary(h => key == "sale" ? h.Subject : h.Id, h => new Explained(h.Subject, key == "sale" ? Held(h) : Released(h)));
    }

    private IReadOnlyList<ExplainedFact> Held(Hold hold)
    {
        var basis = hold.Basis;
        var facts = new List<ExplainedFact>
        {
            new(texts["Held"], $"{hold.Amount} · {texts[HoldWords.Name(hold.Rule)]}. {texts[basis.Reason]}"),
            new(texts["Risk"], string.Create(CultureInfo.CurrentCulture, $"{texts[HoldWords.Risk(basis.Risk)]} (× {basis.Factor:0.##})")),
        };
        if (basis.HappenedAt is { } happened) facts.Add(new ExplainedFact(texts[HoldWords.Event(basis.Event)], Time(happened)));
        if (hold.State == HoldState.Held) facts.Add(new ExplainedFact(texts["Released"], hold.ReleaseAt is { } at ? Time(at) : texts["Not yet known"]));
        if (hold.State == HoldState.Held) facts.Add(new ExplainedFact(texts["Still held"], hold.Remaining.ToString(CultureInfo.CurrentCulture)));
        if (hold.State == HoldState.Cancelled) facts.Add(new ExplainedFact(texts["Given back"], texts["All that was held went back to the buyer."]));
        return facts;
    }

    private IReadOnlyList<ExplainedFact> Released(Hold hold) => hold.Released == hold.Amount
        ? [new ExplainedFact(texts["Held since"], Time(hold.CreatedAt))]
        : [new ExplainedFact(texts["Held since"], Time(hold.CreatedAt)), new ExplainedFact(texts["Of it"], texts["{0} of {1}; the rest was refunded", hold.Released, hold.Amount])];

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("g", CultureInfo.CurrentCulture) + " UTC";
}

/// <summary>What a payment was: how it was paid, and what the provider took.</summary>
internal sealed class PaymentExplains(WalletDb db, IStringLocalizer<Texts> texts) : IExplains
{
    public IReadOnlyCollection<string> Keys { get; } = ["capture", "topup", "psp_fee", "fund", "unfund"];

    public async Task<IReadOnlyDictionary<Guid, Explained>> Explain(string key, IReadOnlyCollection<Guid> ids, Guid? viewer, CancellationToken stop = default)
    {
        var payments = await db.Charges.AsNoTracking().Where(c => ids.Contains(c.Id) && (viewer == null || c.PayerId == viewer)).ToListAsync(stop);
        return payments.ToDictionary(c => c.Id, c => new Explained(null, Facts(c, viewer)));
    }

    private List<ExplainedFact> Facts(Charge charge, Guid? viewer)
    {
        var facts = new List<ExplainedFact>
        {
            new(texts["Paid with"], texts[LedgerWords.Method(charge.Method)]),
            new(texts["Payment"], charge.Amount.ToString(CultureInfo.CurrentCulture), viewer is null ? $"/admin/payments/{charge.Id}" : $"/wallet/payments/{charge.Id}"),
        };
        if (charge.WalletPart > 0) facts.Add(new ExplainedFact(texts["Beside it from the wallet"], charge.FromWallet.ToString(CultureInfo.CurrentCulture)));
        if (viewer is null && charge.Fee is { } fee) facts.Add(new ExplainedFact(texts["Processor's fee"], Money.Of(fee, charge.CurrencyCode).ToString(CultureInfo.CurrentCulture)));
        return facts;
    }
}

/// <summary>Where refunded money went.</summary>
internal sealed class MoneyBackExplains(WalletDb db, IStringLocalizer<Texts> texts) : IExplains
{
    public IReadOnlyCollection<string> Keys { get; } = ["refund_settled"];

    public async Task<IReadOnlyDictionary<Guid, Explained>> Explain(string key, IReadOnlyCollection<Guid> ids, Guid? viewer, CancellationToken stop = default)
    {
        var refunds = await db.PaymentRefunds.AsNoTracking().Where(r => ids.Contains(r.Id)).Join(db.Charges, r => r.PaymentId, c => c.Id, (r, c) => new { r.Id, r.FailureCode, r.WalletPart, r.CurrencyCode, c.Method, c.PayerId })
            .Where(r => viewer == null || r.PayerId == viewer).ToListAsync(stop);
        return refunds.ToDictionary(r => r.Id, r => new Explained(null,
            [new ExplainedFact(texts["Went to"], r.FailureCode is not null ? texts["The wallet, because the card did not take it."] : texts[LedgerWords.Method(r.Method)]),
             .. r.WalletPart > 0 ? new[] { new ExplainedFact(texts["Of it to the wallet"], Money.Of(r.WalletPart, r.CurrencyCode).ToString(CultureInfo.CurrentCulture)) } : []]));
    }
}

/// <summary>What is earned by time.</summary>
internal sealed class DeferralExplains(NpgsqlDataSource source, IStringLocalizer<Texts> texts) : IExplains
{
    public IReadOnlyCollection<string> Keys { get; } = ["defer", "recognise", "undefer"];

    public async Task<IReadOnlyDictionary<Guid, Explained>> Explain(string key, IReadOnlyCollection<Guid> ids, Guid? viewer, CancellationToken stop = default)
    {
        var rows = await source.Command(
            "SELECT id, total, recognised, given_back, currency, from_at, until_at FROM wallet.deferrals WHERE id = ANY ($1) AND ($2::uuid IS NULL OR payer_id = $2)", ids.ToArray(), viewer)
            .List(r => (Id: r.GetGuid(0), Total: Money.Of(r.GetInt64(1), r.GetString(4)), Earned: Money.Of(r.GetInt64(2), r.GetString(4)), Back: Money.Of(r.GetInt64(3), r.GetString(4)),
                From: r.GetFieldValue<DateTimeOffset>(5), Until: r.GetFieldValue<DateTimeOffset>(6)), stop);
        return rows.ToDictionary(r => r.Id, r => new Explained(null,
        [
            new ExplainedFact(texts["Earned over time"], string.Create(CultureInfo.CurrentCulture, $"{r.From.UtcDateTime:d} – {r.Until.UtcDateTime:d}")),
            new ExplainedFact(texts["Earned so far"], texts["{0} of {1}", r.Earned, r.Total]),
            .. r.Back.Minor > 0 ? new[] { new ExplainedFact(texts["Given back"], r.Back.ToString(CultureInfo.CurrentCulture)) } : [],
        ]));
    }
}
