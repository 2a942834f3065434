using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Kernel;

public sealed class StorageTests : MarketTest
{
    private static readonly Secrets Secrets = new(Convert.ToBase64String(new byte[32]));

    [Fact]
    public void A_secret_opens_only_in_its_own_row()
    {
        var sealedBytes = Secrets.Seal("users.totp/1", "seed"u8);
        Encoding.UTF8.GetString(Secrets.Open("users.totp/1", sealedBytes)).ShouldBe("seed");
        Should.Throw<CryptographicException>(() => Secrets.Open("users.totp/2", sealedBytes));
    }

    [Fact]
    public void An_altered_secret_does_not_open()
    {
        var sealedBytes = Secrets.Seal("row", "seed"u8);
        for (var i = 0; i < sealedBytes.Length; i++)
        {
            var altered = sealedBytes.ToArray();
            altered[i] ^= 1;
            Should.Throw<CryptographicException>(() => Secrets.Open("row", altered));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("changeme")]
    [InlineData("AAAA")]
    public void A_weak_master_key_is_refused(string key) => Should.Throw<InvalidOperationException>(() => new Secrets(key));

    [Fact]
    public async Task A_staged_file_is_swept_after_a_day_and_a_kept_one_is_not()
    {
        await using var market = await OwnMarket.Open();
        var staged = await Stage(market, "staged");
        var kept = await Stage(market, "kept");
        await market.Do(services => services.GetRequiredService<Blobs>().Keep(kept.Key));
        kept.Sha256.ShouldBe(SHA256.HashData("kept"u8));

        market.Clock.Walk(TimeSpan.FromHours(25));
        await market.Run<SweepBlobs>();

        var store = market.Services.GetRequiredService<IBlobStore>();
        Should.Throw<FileNotFoundException>(() => store.Open(staged.Key));
        using var reader = new StreamReader(store.Open(kept.Key));
        (await reader.ReadToEndAsync()).ShouldBe("kept");
    }

    [Fact]
    public async Task A_forgotten_file_goes_with_the_sweep_even_when_the_disk_fails_at_first()
    {
        await using var market = await OwnMarket.Open();
        var file = await Stage(market, "a cover that was replaced");
        await market.Do(services => services.GetRequiredService<Blobs>().Keep(file.Key));
        await market.Do(services => services.GetRequiredService<Blobs>().Forget(file.Key));
        var store = market.Services.GetRequiredService<IBlobStore>();
        store.Open(file.Key).Dispose();

        market.Clock.Walk(TimeSpan.FromHours(25));
        await Should.ThrowAsync<IOException>(() => new SweepBlobs(market.Source, new BrokenDisk()).Handle(market.Clock.GetUtcNow(), default));
        await Should.ThrowAsync<InvalidOperationException>(() => market.Do(services => services.GetRequiredService<Blobs>().Keep(file.Key)));
        await market.Run<SweepBlobs>();

        Should.Throw<FileNotFoundException>(() => store.Open(file.Key));
        (await market.Source.Command("SELECT count(*) FROM kernel.blobs").Scalar<long>()).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_over_the_limit_leaves_nothing_behind()
    {
        (await Should.ThrowAsync<Refused>(() => Stage(Market, new string('x', 1001), 1000))).Code.ShouldBe("file_too_large");
        (await Should.ThrowAsync<Refused>(() => Stage(Market, "", 1000))).Code.ShouldBe("file_empty");
    }

    [Fact]
    public async Task A_cookie_ring_made_by_one_host_is_read_by_another_and_is_not_in_the_clear()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var made = Protector(market).Protect("hello"u8.ToArray());
        Encoding.UTF8.GetString(Protector(other).Unprotect(made)).ShouldBe("hello");
        var stored = await market.Source.Command("SELECT sealed_xml FROM kernel.data_protection_keys LIMIT 1").Scalar<byte[]>();
        Encoding.UTF8.GetString(stored!).ShouldNotContain("masterKey");

        static Microsoft.AspNetCore.DataProtection.IDataProtector Protector(Market market) =>
            market.Services.GetRequiredService<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>().CreateProtector("test");
    }

    [Fact]
    public void A_cursor_is_of_one_list_and_cannot_be_forged()
    {
        var cursors = Market.Services.GetRequiredService<Cursors>();
        var page = cursors.Page([1, 2, 3], 2, new { sort = "new" }, row => [row]);
        page.Data.ShouldBe([1, 2]);
        page.HasMore.ShouldBeTrue();
        cursors.Read(page.NextCursor, new { sort = "new" })![0].GetInt32().ShouldBe(2);

        Should.Throw<Refused>(() => cursors.Read(page.NextCursor, new { sort = "price" })).Code.ShouldBe("cursor_invalid");
        Should.Throw<Refused>(() => cursors.Read("nonsense", new { sort = "new" })).Code.ShouldBe("cursor_invalid");
        Should.Throw<Refused>(() => cursors.Read(page.NextCursor![..^2] + "AA", new { sort = "new" })).Code.ShouldBe("cursor_invalid");
        cursors.Page([1, 2], 2, new { }, row => [row]).NextCursor.ShouldBeNull();
    }

    private sealed class BrokenDisk : IBlobStore
    {
        public Task Write(string key, Stream content, CancellationToken stop) => throw new IOException("broken");

        public Stream Open(string key) => throw new IOException("broken");

        public void Delete(string key) => throw new IOException("broken");
    }

    private static async Task<Blob> Stage(Market market, string content, long max = 1000)
    {
        await using var scope = market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Blobs>().Stage(new MemoryStream(Encoding.UTF8.GetBytes(content)), "text/plain", max, default);
    }
}
