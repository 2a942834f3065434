using System.Text;

namespace Marketplace.Host;

/// <summary>Sellers want their money: most of it arrives, some of it does not.</summary>
internal sealed partial class DemoStory
{
    private static readonly byte[] Paper = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n");

    private void NotePayouts()
    {
        diary.Note(calendar.At(10, 600), async () =>
        {
            await Destination("nova", new { way = "sandbox", scenario = "pays" });
            await Destination("ruben", new { way = "sandbox", scenario = "returns" });
            await Destination("ren", new { way = "sandbox", scenario = "slow" });
            await Destination("ingrid", new { way = "sandbox", scenario = "pays" });
            await Judge(await Destination("delia", new { way = "bank", holder = "Délia Marchand", iban = "FR14 2004 1010 0505 0001 3M02 606", bic = "PSSTFRPP" }), null);
            await Judge(await Destination("priya", new { way = "bank", holder = "P. Raman", account_number = "000123456789", bank_code = "021000021", country = "US" }), null);
            await Judge(await Destination("salome", new { way = "bank", holder = "Deux Rives SARL", iban = "DE89 3704 0044 0532 0130 00" }), "The account belongs to a company that you have not told us about.");
        });
        diary.Note(calendar.At(16, 700), async () =>
        {
            foreach (var handle in new[] { "nova", "ruben", "ren", "delia", "ingrid" }) await Payout(handle);
        });
        diary.Note(calendar.At(17, 560), () => Decide("ingrid"));
        diary.Note(calendar.At(20, 560), () => By("fay", async fay =>
        {
            if (await Waiting("delia", "sent") is { } payout) await fay.Upload($"/api/v1/payouts/{payout}/payment", "proof", "bank-paper.pdf", "application/pdf", Paper, stop);
        }));
        diary.Note(calendar.At(27, 700), async () =>
        {
            foreach (var handle in new[] { "nova", "delia", "priya" }) await Payout(handle);
            await Destination("salome", new { way = "bank", holder = "Salomé Aubry", iban = "FR76 3000 6000 0112 3456 7890 189" });
            await By("fay", fay => fay.Post("/api/v1/adjustments", new
            {
                account = people["ingrid"].Account, amount = new { amount = 1_500, currency = "EUR" }, category = "goodwill", reason = "Your covers were unreachable for an evening. We are sorry.",
            }, stop));
        });
        diary.Note(calendar.At(28, 560), () => By("fay", async fay =>
        {
            if (await Waiting("delia", "requested") is { } payout) await fay.Post($"/api/v1/payouts/{payout}/approval", null, stop);
        }));
    }

    private async Task<Guid> Destination(string handle, object destination)
    {
        await people[handle].Prove(stop);
        return Id(await people[handle].Post("/api/v1/payout-destinations", destination, stop));
    }

    private Task Judge(Guid destination, string? reason) => By("fay", fay => fay.Post($"/api/v1/payout-destinations/{destination}/verdict", new { verified = reason is null, reason }, stop));

    /// <summary>Everything that the seller has, when it is worth a payout.</summary>
    private async Task Payout(string handle)
    {
        var seller = people[handle];
        await seller.Prove(stop);
        foreach (var wallet in (await seller.Get("/api/v1/wallet", stop)).GetProperty("data").EnumerateArray())
        {
            if (wallet.GetProperty("available").GetProperty("amount").GetInt64() >= 5_000) await seller.Post("/api/v1/payouts", new { currency = wallet.GetProperty("currency").GetString() }, stop);
        }
    }

    // One is rejected; those to a bank go into a file on the same morning.
    private Task Decide(string rejected) => By("fay", async fay =>
    {
        foreach (var handle in new[] { "nova", "ruben", "ren", "delia", "ingrid" })
        {
            if (await Waiting(handle, "requested") is not { } payout) continue;
            if (handle == rejected) await fay.Post($"/api/v1/payouts/{payout}/rejection", new { reason = "The account’s name is not yours. Add one of your own, and ask again." }, stop);
            else await fay.Post($"/api/v1/payouts/{payout}/approval", null, stop);
        }

        if (await Waiting("delia", "approved") is not null) await fay.Post("/api/v1/payout-batches", new { format = "sepa", currency = "EUR" }, stop);
    });

    private async Task<Guid?> Waiting(string handle, string state) =>
        (await people[handle].Get($"/api/v1/payouts?state={state}", stop)).GetProperty("data").EnumerateArray().Select(p => (Guid?)Id(p)).FirstOrDefault();

    private async Task By(string staff, Func<DemoPerson, Task> act)
    {
        await people[staff].Prove(stop);
        await act(people[staff]);
    }
}
