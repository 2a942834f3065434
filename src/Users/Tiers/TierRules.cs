using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Which tier counts for an account.</summary>
internal static class TierRules
{
    /// <summary>SQL: of account <c>a</c> and profile <c>p</c> (or none). A partner has what ultimate has.</summary>
    public const string EffectiveTier = "CASE WHEN p.partner THEN 'ultimate' ELSE a.tier END";

    /// <exception cref="Refused">403 <c>tier_required</c>.</exception>
    public static async Task MustHave(Guid account, string perk, Tiers tiers, UnitOfWork work)
    {
        var tier = await work.Command($"SELECT {EffectiveTier} FROM users.accounts a LEFT JOIN users.profiles p ON p.account = a.id WHERE a.id = $1", account).Scalar<string>();
        if (!tiers.Of(tier.ReadChoice<SellerTier>() ?? SellerTier.Basic).Perks.Contains(perk)) throw new Refused("tier_required", 403, "Your tier does not include this.");
    }
}

/// <summary>
/// Staff give and take what a person cannot buy: the badge, the partner's flag, and a tier by hand. Nobody to themselves; each change
/// stands in the audit log.
/// </summary>
internal static class ChangeStanding
{
    /// <param name="Tier">basic, standard, premium, ultimate; stays when missing.</param>
    /// <param name="Partner">"Ultimate for friends": what ultimate has, for nothing.</param>
    public sealed record Request(string? Tier = null, bool? Verified = null, bool? Partner = null);

    /// <param name="Tier">That was bought or set; what counts is ultimate for a partner.</param>
    public sealed record Standing(Guid Account, string Username, string DisplayName, SellerTier Tier, bool Partner, bool Verified, DateTimeOffset? VerifiedAt)
    {
        public SellerTier Effective => Partner ? SellerTier.Ultimate : Tier;

        /// <summary>Joins the transaction when one is open.</summary>
        /// <exception cref="Refused">404.</exception>
        public static async Task<Standing> Read(Guid account, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop = default)
        {
            const string sql =
                "SELECT a.id, a.username, a.display_name, a.tier, coalesce(p.partner, false), p.verified_at FROM users.accounts a LEFT JOIN users.profiles p ON p.account = a.id WHERE a.id = $1 AND a.status <> 'deleted'";
            return (await (work.IsOpen ? work.Command(sql, account) : source.Command(sql, account)).List(r => new Standing(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3).ReadChoice<SellerTier>()!.Value, r.GetBoolean(4), !r.IsDBNull(5), r.IsDBNull(5) ? null : r.GetFieldValue<DateTimeOffset>(5)), stop)).FirstOrDefault()
                ?? throw Refused.NotFound();
        }
    }

    public sealed class Validator : FluentValidation.AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Tier).OneOf<Request, SellerTier>();
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>, <c>own_standing</c>; 404.</exception>
    public static async Task<Standing> Handle(Guid id, Request request, Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, IUsers users, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.People);
        caller.MustBeFresh(clock);
        var before = await Standing.Read(id, work, source);
        if (id == caller.Account) throw new Refused("own_standing", 403, "Nobody decides about their own standing.");

        if (request.Tier.ReadChoice<SellerTier>() is { } tier && tier != before.Tier)
        {
            await users.SetTier(id, tier);
            await audit.Write(caller, "users.tier_set", "account", id, new { From = before.Tier, To = tier });
        }

        var profile = await db.Locked(id, work, clock);
        if (request.Partner is { } partner && profile.Befriend(partner)) await audit.Write(caller, partner ? "users.partner_made" : "users.partner_unmade", "account", id);
        if (request.Verified is { } verified && profile.Verify(verified, clock.GetUtcNow())) await audit.Write(caller, verified ? "users.verified" : "users.unverified", "account", id);
        await work.Flush();
        return await Standing.Read(id, work, source);
    }
}
