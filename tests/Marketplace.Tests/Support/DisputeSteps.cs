using System.Net.Http.Headers;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace Marketplace.Tests;

internal static class DisputeSteps
{
    /// <summary>Plays the sandbox's world, in a scope of its own.</summary>
    public static async Task<T> Sandbox<T>(this Market market, Func<SandboxVoices, Task<T>> act)
    {
        await using var scope = market.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<SandboxVoices>());
    }

    public static Task Sandbox(this Market market, Func<SandboxVoices, Task> act) => market.Sandbox(async voices =>
    {
        await act(voices);
        return true;
    });

    /// <summary>What the sandbox has to tell arrives, is handled, and is heard by all.</summary>
    public static async Task HearSandbox(this Market market)
    {
        await market.Run<DeliverSandboxEvents>();
        await market.Run<HandleEvents>();
        await market.Drain();
    }

    public static Task<Guid> PaymentOf(this Market market, Guid subject) => market.Source.Command("SELECT id FROM wallet.payments WHERE subject_id = $1 AND state = 'captured' ORDER BY id DESC LIMIT 1", subject).Scalar<Guid>();

    /// <summary>The payer's bank takes money back, and the market knows.</summary>
    /// <returns>Our id and the provider's reference.</returns>
    public static async Task<(Guid Id, string Reference)> Disputed(this Market market, Guid subject, long? minor = null)
    {
        var payment = await market.PaymentOf(subject);
        var reference = (await market.Sandbox(v => v.OpenDispute(payment, minor)))!;
        await market.HearSandbox();
        return (await market.Source.Command("SELECT id FROM wallet.payment_disputes WHERE reference = $1", reference).Scalar<Guid>(), reference);
    }

    public static async Task Decide(this Market market, string reference, bool won)
    {
        await market.Sandbox(v => v.DecideDispute(reference, won));
        await market.HearSandbox();
    }

    public static Task<string?> DisputeState(this Market market, Guid id) => market.Source.Command("SELECT state FROM wallet.payment_disputes WHERE id = $1", id).Scalar<string>();

    /// <summary>Sends an event to the market as a provider would, over HTTP.</summary>
    public static async Task<Answer> Send(this Visitor provider, InboundMessage message, string name = "sandbox")
    {
        var content = new ByteArrayContent(message.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/payment-events/{name}") { Content = content };
        if (message.Headers.TryGetValue(SandboxVoices.SignatureHeader, out var signature)) request.Headers.TryAddWithoutValidation(SandboxVoices.SignatureHeader, signature);
        using var response = await provider.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>Account kind and amount of the postings under a key, in order.</summary>
    public static Task<List<(string, long)>> Legs(this Market market, string key) => market.Source.Command(
        """
        SELECT a.kind, p.amount FROM wallet.ledger_transactions t JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
        JOIN wallet.accounts a ON a.id = p.account_id WHERE t.key = $1 ORDER BY a.kind
        """, key).List(r => (r.GetString(0), r.GetInt64(1)));

    public static Task<Answer> TryAttach(this Market market, Guid dispute, Person person)
    {
        var file = new ByteArrayContent(Picture.Png(8, 8));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return person.Visitor.Post($"/api/v1/disputes/{dispute}/files", new MultipartFormDataContent { { file, "file", "chat.png" } });
    }

    /// <returns>The id of the file.</returns>
    public static async Task<Guid> Attach(this Market market, Guid dispute, Person person)
    {
        (await market.TryAttach(dispute, person)).Must(204);
        return await market.Source.Command("SELECT id FROM wallet.dispute_evidence WHERE dispute_id = $1 AND file_name IS NOT NULL ORDER BY created_at DESC LIMIT 1", dispute).Scalar<Guid>();
    }
}
