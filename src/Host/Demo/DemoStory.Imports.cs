using System.Text;

namespace Marketplace.Host;

/// <summary>A seller brings a back catalogue from her spreadsheet: one file is in, another waits for her to mend two rows.</summary>
internal sealed partial class DemoStory
{
    private const string BackCatalogue =
        """
        external_id,kind,title,description,tags,details.tempo,details.key,details.genre,offer.personal.price,offer.commercial.price
        NR-101,beat,Last Tram Home,"Soft keys over an empty street.","night, keys",86,A minor,R&B,24.90,79.00
        NR-102,beat,Glass Harbour,"Bells, fog, one long bass note.","bells, dark",140,C minor,Trap,29.90,89.00
        NR-103,beat,Half Past Never,"Everything arrives a little late.",late,92,F major,R&B,24.90,79.00
        """;

    private const string PriceList =
        """
        Reference;Title;Price;Tempo;Notes
        NR-101;Last Tram Home;27,90;86;dearer in winter
        NR-102;Glass Harbour;29,90;140;
        NR-103;Half Past Never (final);24,90;92;new name
        NR-104;Paper Moon;free?;90;ask
        NR-105;Too Fast To Last;19,90;900;
        """;

    private void NoteImports()
    {
        diary.Note(calendar.End.AddHours(-9), async () =>
        {
            var import = await BringFile("back-catalogue.csv", BackCatalogue);
            await people["nova"].Post($"/api/v1/imports/{import}/run", null, stop);
            await RunJobs();
        });
        diary.Note(calendar.End.AddMinutes(-50), async () =>
        {
            var import = await BringFile("winter-prices.csv", PriceList);
            var columns = new[] { ("Reference", "external_id"), ("Title", "title"), ("Price", "price"), ("Tempo", "details.tempo") };
            await people["nova"].Put($"/api/v1/imports/{import}/mapping", new { columns = columns.Select(c => new { name = c.Item1, field = c.Item2 }), kind = "beat", save_as = "Price list" }, stop);
            await people["nova"].Post($"/api/v1/imports/{import}/dry-run", null, stop);
            await RunJobs();
        });
    }

    private async Task<Guid> BringFile(string name, string csv) => Id(await people["nova"].Upload("/api/v1/imports", "file", name, "text/csv", Encoding.UTF8.GetBytes(csv), stop));
}
