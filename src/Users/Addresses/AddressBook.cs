using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>One's own addresses; another's are not there.</summary>
internal static class AddressBook
{
    public const int Most = 20;

    public sealed record View(
        Guid Id, string Name, string Line1, string? Line2, string? Postcode, string City, string? Region, string Country, string? Phone, bool DefaultForDelivery, bool DefaultForBilling)
    {
        public static View Of(Address a) => new(a.Id, a.Name, a.Line1, a.Line2, a.Postcode, a.City, a.Region, a.Country, a.Phone, a.DefaultForDelivery, a.DefaultForBilling);
    }

    /// <summary>All of them: at most <see cref="Most"/>, the usual ones first.</summary>
    public static Task<List<View>> List(Caller caller, UsersDb db, UnitOfWork work, CancellationToken stop = default) => work.Read(() => db.Addresses.AsNoTracking().Where(a => a.Account == caller.Account)
        .OrderByDescending(a => a.DefaultForDelivery).ThenByDescending(a => a.DefaultForBilling).ThenByDescending(a => a.Id).Select(a => View.Of(a)).ToListAsync(stop));

    /// <exception cref="Refused">404.</exception>
    public static async Task<View> Read(Guid id, Caller caller, UsersDb db, UnitOfWork work, CancellationToken stop = default) =>
        View.Of(await work.Read(() => db.Addresses.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id && a.Account == caller.Account, stop)) ?? throw Refused.NotFound());

    /// <summary>Where parcels go unless said otherwise; null for an empty book.</summary>
    public static Task<Address?> Usual(Guid account, UsersDb db, UnitOfWork work) => work.Read(() => db.Addresses.Where(a => a.Account == account).OrderByDescending(a => a.DefaultForDelivery).ThenByDescending(a => a.Id).FirstOrDefaultAsync());

    /// <summary>The first one becomes the usual one.</summary>
    /// <exception cref="Refused">422 <c>invalid</c>; 409 <c>address_book_full</c>.</exception>
    public static async Task<View> Add(AddressForm form, Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock)
    {
        await Lock(caller, work);
        var count = await db.Addresses.CountAsync(a => a.Account == caller.Account);
        if (count >= Most) throw new Refused("address_book_full", 409, "An address book has room for 20. Remove one first.");
        var address = Address.For(Ids.New(clock), caller.Account, clock.GetUtcNow());
        address.Write(form, clock.GetUtcNow());
        await Prefer(address, form.DefaultForDelivery == true || count == 0, form.DefaultForBilling == true || count == 0, work);
        db.Add(address);
        return View.Of(address);
    }

    /// <exception cref="Refused">404; 422 <c>invalid</c>.</exception>
    public static async Task<View> Change(Guid id, AddressForm form, Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock)
    {
        await Lock(caller, work);
        var address = await db.Addresses.SingleOrDefaultAsync(a => a.Id == id && a.Account == caller.Account) ?? throw Refused.NotFound();
        address.Write(form, clock.GetUtcNow());
        await Prefer(address, form.DefaultForDelivery, form.DefaultForBilling, work);
        return View.Of(address);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task Remove(Guid id, Caller caller, UnitOfWork work)
    {
        if (await work.Command("DELETE FROM users.addresses WHERE id = $1 AND account = $2", id, caller.Account).Execute() == 0) throw Refused.NotFound();
    }

    // One of each a person: the others give way before.
    private static async Task Prefer(Address address, bool? delivery, bool? billing, UnitOfWork work)
    {
        if (delivery == true) await work.Command("UPDATE users.addresses SET default_for_delivery = false WHERE account = $1 AND id <> $2 AND default_for_delivery", address.Account, address.Id).Execute();
        if (billing == true) await work.Command("UPDATE users.addresses SET default_for_billing = false WHERE account = $1 AND id <> $2 AND default_for_billing", address.Account, address.Id).Execute();
        address.Prefer(delivery, billing);
    }

    // Additions of one person queue, so that they can be counted.
    private static Task<int> Lock(Caller caller, UnitOfWork work) => work.Command("SELECT FROM users.accounts WHERE id = $1 FOR NO KEY UPDATE", caller.Account).Execute();
}

/// <summary>The address book.</summary>
internal sealed class AddressData(UsersDb db, UnitOfWork work) : IPersonalData
{
    public string Section => "addresses";

    public string About => "Your address book.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) => await work.Read(async () =>
    {
        await work.ActFor(account);
        return await AddressBook.List(Caller.For(account), db, work, stop);
    }) is { Count: > 0 } all ? all : null;

    public async Task Erase(Guid account)
    {
        await work.ActFor(account);
        await work.Command("DELETE FROM users.addresses WHERE account = $1", account).Execute();
    }
}
