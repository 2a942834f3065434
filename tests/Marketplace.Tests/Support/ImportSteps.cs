using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

internal static class ImportSteps
{
    /// <summary>A shop whose plan sets no limit.</summary>
    public static async Task<Shop> OpenLargeShop(this Person seller)
    {
        var shop = await seller.OpenShop();
        await TestServer.Execute(Market.At(seller.Visitor.Http.BaseAddress!).ConnectionString, $"UPDATE catalog.shops SET plan = 'scale' WHERE id = '{shop.Id}'");
        return shop;
    }

    public static Task<Answer> UploadCsv(this Person seller, string csv, string fileName = "products.csv") => seller.UploadCsv(Encoding.UTF8.GetBytes(csv), fileName);

    public static Task<Answer> UploadCsv(this Person seller, byte[] csv, string fileName = "products.csv") => seller.Visitor.Post("/api/v1/imports", Form(csv, fileName));

    public static MultipartFormDataContent Form(byte[] bytes, string fileName)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { file, "file", fileName } };
    }

    /// <summary>The file as one table: its header, then its rows.</summary>
    public static async Task<List<string[]>> Export(this Person seller, string query = "?state=all") => await Table((await seller.Visitor.Get("/api/v1/shop/products.csv" + query)).Must().Bytes);

    public static async Task<List<string[]>> Table(byte[] csv)
    {
        var shape = await CsvFile.Measure(() => new MemoryStream(csv), default);
        var rows = new List<string[]> { shape.Header };
        await foreach (var (_, cells) in CsvFile.Rows(() => new MemoryStream(csv), shape)) rows.Add(cells);
        return rows;
    }

    /// <summary>The job's next chunk alone.</summary>
    public static async Task Chunk(this Market market, Guid import)
    {
        await using var scope = market.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<ImportChunk>().Handle(import, default)).ShouldBeTrue();
    }

    /// <summary>Lets the job work until the import rests.</summary>
    public static async Task<JsonElement> Finish(this Market market, Person seller, Guid import)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            await market.Run<WorkImports>();
            var now = (await seller.Visitor.Get($"/api/v1/imports/{import}")).Must().Json;
            if (now.State() is not ("checking" or "running")) return now;
        }

        throw new ShouldAssertException("The import does not come to an end.");
    }

    /// <summary>Begins a dry-run, run or retry and lets the job finish it.</summary>
    public static async Task<JsonElement> Finish(this Market market, Person seller, Guid import, string act)
    {
        (await seller.Visitor.Post($"/api/v1/imports/{import}/{act}")).Must();
        return await market.Finish(seller, import);
    }

    public static async Task<List<JsonElement>> ImportRows(this Person seller, Guid import, string? outcome = null) =>
        [.. (await seller.Visitor.Get($"/api/v1/imports/{import}/rows?limit=100&outcome={outcome}")).Must().Json.GetProperty("data").EnumerateArray()];

    /// <summary>created, updated, unchanged, refused.</summary>
    public static (int Created, int Updated, int Unchanged, int Refused) Counts(this JsonElement import) =>
        (import.GetProperty("created").GetInt32(), import.GetProperty("updated").GetInt32(), import.GetProperty("unchanged").GetInt32(), import.GetProperty("refused").GetInt32());
}
