using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What a person has, a currency.</summary>
internal static class ShowWallet
{
    /// <param name="Available">Can be spent now.</param>
    /// <param name="Pending">Earned, and held until the hold of its sale ends.</param>
    /// <param name="InPayout">On its way to the person's bank.</param>
    /// <param name="Debt">Owed to the market; the next release pays it first.</param>
    public sealed record Balance(Currency Currency, Money Available, Money Pending, Money InPayout, Money Debt)
    {
        public static Balance None(Currency currency) => new(currency, Money.Zero(currency), Money.Zero(currency), Money.Zero(currency), Money.Zero(currency));
    }

    public sealed record Reply(IReadOnlyList<Balance> Data);

    public static async Task<Reply> Handle(Caller caller, NpgsqlDataSource source, CancellationToken stop)
    {
        var balances = await source.Command(
            "SELECT currency, available, pending, in_payout, debt FROM wallet.wallets WHERE owner_id = $1 AND currency <> 'XPL' ORDER BY currency <> 'EUR', currency",
            caller.Account)
            .List(r =>
            {
                var currency = Currency.Of(r.GetString(0));
                Money At(int column) => new(r.GetInt64(column), currency);
                return new Balance(currency, At(1), At(2), At(3), At(4));
            }, stop);
        return new Reply(balances);
    }
}
