using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What a person has, for finance that looks at the person.</summary>
internal sealed record PersonWallet(Guid Owner, IReadOnlyList<ShowWallet.Balance> Balances)
{
    public static async Task<object?> Load(HttpContext http, object? model)
    {
        if (model is not Guid person || !Caller.From(http.User).Has(Rights.Finance)) return null;
        return new PersonWallet(person, (await ShowWallet.Handle(Caller.For(person), http.RequestServices.GetRequiredService<NpgsqlDataSource>(), http.RequestAborted)).Data);
    }
}
