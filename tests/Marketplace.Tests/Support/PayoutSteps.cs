using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

internal static class PayoutSteps
{
    public const string Iban = "FR1420041010050500013M02606";

    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n");

    /// <summary>A destination of the sandbox that is verified and may be used.</summary>
    public static async Task<Guid> Destination(this Market market, Person person, string scenario = SandboxPayouts.Ok)
    {
        var id = (await person.Visitor.Post("/api/v1/payout-destinations", new { way = "sandbox", scenario })).Must(201).Json.Id();
        await market.Run<CheckDestinations>();
        await market.Ripen(id);
        return id;
    }

    /// <summary>A bank account, verified by staff and old enough.</summary>
    public static async Task<Guid> BankAccount(this Market market, Person person, Person finance, string iban = Iban, string holder = "Ana Müller-Łukasz")
    {
        var id = (await person.Visitor.Post("/api/v1/payout-destinations", new { way = "bank", holder, iban })).Must(201).Json.Id();
        (await finance.Visitor.Post($"/api/v1/payout-destinations/{id}/verdict", new { verified = true })).Must();
        await market.Ripen(id);
        return id;
    }

    /// <summary>Its 48 hours are over.</summary>
    public static Task Ripen(this Market market, Guid destination) => market.Everything.Command(
        "UPDATE wallet.payout_destinations SET usable_from = usable_from - interval '3 days', created_at = created_at - interval '3 days' WHERE id = $1", destination).Execute();

    /// <summary>Somebody with money and a destination of the sandbox.</summary>
    public static async Task<Person> Earner(this Market market, long minor, string scenario = SandboxPayouts.Ok, string currency = "EUR")
    {
        var person = await market.SignUp("Earner");
        await person.TopUp(minor, currency);
        await market.Destination(person, scenario);
        return person;
    }

    public static Task<Answer> AskPayout(this Person person, long? minor, string currency = "EUR", string? key = null, Guid? destination = null) => person.Visitor.Post(
        "/api/v1/payouts", new { amount = minor is { } m ? new { amount = m, currency } : null, currency, destination_id = destination }, key ?? WalletSteps.Key());

    public static async Task<Guid> Payout(this Person person, long minor, string currency = "EUR", Guid? destination = null) => (await person.AskPayout(minor, currency, null, destination)).Must(201).Json.Id();

    public static Task<Answer> Approve(this Person staff, Guid payout) => staff.Visitor.Post($"/api/v1/payouts/{payout}/approval");

    public static Task<Answer> Reject(this Person staff, Guid payout, string reason = "The holder is somebody else.") => staff.Visitor.Post($"/api/v1/payouts/{payout}/rejection", new { reason });

    public static Task<Answer> Batch(this Person staff, string format = "sepa", string currency = "EUR") => staff.Visitor.Post("/api/v1/payout-batches", new { format, currency });

    public static Task<Answer> MarkPaid(this Person staff, Guid payout, byte[]? proof = null, string name = "proof.pdf") =>
        staff.Visitor.Post($"/api/v1/payouts/{payout}/payment", new MultipartFormDataContent { { Paper(proof), "proof", name } });

    public static Task<Answer> MarkReturned(this Person staff, Guid payout, string reason = "The account was closed.") =>
        staff.Visitor.Post($"/api/v1/payouts/{payout}/return", new MultipartFormDataContent { { new StringContent(reason), "reason" }, { Paper(null), "proof", "proof.pdf" } });

    private static ByteArrayContent Paper(byte[]? content)
    {
        var file = new ByteArrayContent(content ?? Pdf);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return file;
    }

    public static Task<Answer> MarkFailed(this Person staff, Guid payout) => staff.Visitor.Post($"/api/v1/payouts/{payout}/failure", new { reason = "The account was closed." });

    public static async Task<string> PayoutState(this Person person, Guid payout) => (await person.Visitor.Get($"/api/v1/payouts/{payout}")).Must().Json.GetProperty("state").GetString()!;

    /// <summary>Of the API: what is in payout.</summary>
    public static async Task<long> InPayout(this Person person, string currency = "EUR") =>
        (await person.Visitor.Get("/api/v1/wallet")).Must().Json.GetProperty("data").EnumerateArray().Single(w => w.GetProperty("currency").GetString() == currency).GetProperty("in_payout").GetProperty("amount").GetInt64();

    /// <summary>As after an event of its provider.</summary>
    public static async Task Follow(this Market market, Guid payout)
    {
        await using var scope = market.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SendPayout>().Follow(payout);
    }

    public static Task<Person> Finance(this Market market) => market.Staff(Rights.Finance);
}
