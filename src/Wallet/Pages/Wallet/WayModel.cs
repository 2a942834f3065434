namespace Marketplace.Wallet.Pages;

/// <param name="Names">Null for who sees their own accounts alone.</param>
internal sealed record WayModel(Explanation Explanation, LedgerNames? Names);
