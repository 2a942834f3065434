using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>Names for what the ledger knows by ids: accounts by kind and owner, references by their subject. Two lookups a page.</summary>
internal sealed class LedgerNames(IUsers users, Subjects subjects, IStringLocalizer<Texts> texts)
{
    private IReadOnlyDictionary<Guid, Person> people = new Dictionary<Guid, Person>();
    private IReadOnlyDictionary<Guid, Subject> about = new Dictionary<Guid, Subject>();

    /// <param name="references">Of transactions and of accounts; what is no id is left as it is.</param>
    public async Task Learn(IEnumerable<Guid?> owners, IEnumerable<string?> references, CancellationToken stop)
    {
        people = await users.People(owners.OfType<Guid>().Distinct().ToList(), stop);
        about = await subjects.Find(references.Select(r => Guid.TryParse(r, out var id) ? id : (Guid?)null).OfType<Guid>().Distinct().ToList(), stop);
    }

    /// <summary>"Available · Ana", "Order funding · Order 1042", "Processor clearing · sandbox".</summary>
    public string Account(string kind, Guid? owner, string? reference)
    {
        var whose = owner is { } id ? Person(id) : reference is { } text && Guid.TryParse(text, out var subject) ? About(subject)?.Title ?? text : reference;
        return whose is null ? texts[LedgerWords.Account(kind)] : $"{texts[LedgerWords.Account(kind)]} · {whose}";
    }

    public string Person(Guid id) => people.TryGetValue(id, out var person) ? $"{person.DisplayName} (@{person.Username})" : id.ToString();

    public Subject? About(Guid reference) => about.GetValueOrDefault(reference);
}
