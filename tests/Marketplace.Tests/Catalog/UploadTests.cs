using System.Text;

namespace Marketplace.Tests.Catalog;

/// <summary>What arrives is streamed, examined and, when it is not what it should be, refused with a reason; nothing of it stays.</summary>
public sealed class UploadTests : MarketTest
{
    private static readonly byte[] Png = Picture.Png(8, 8);

    public static TheoryData<string, string, string, int, string> Corpus => new()
    {
        { "a page that is called a cover", "cover", "cover.png|html", 422, "file_content_mismatch" },
        { "an SVG", "cover", "cover.svg|svg", 422, "file_type_not_allowed" },
        { "an SVG that is called a PNG", "cover", "cover.png|svg", 422, "file_content_mismatch" },
        { "two endings", "cover", "cover.php.png|png", 422, "file_name_deceptive" },
        { "two endings with a space", "original", "beat.exe .wav|wav", 422, "file_name_deceptive" },
        { "no ending", "original", "beat|wav", 422, "file_name_missing" },
        { "a program", "original", "beat.exe|wav", 422, "file_type_not_allowed" },
        { "a picture with an archive behind it", "cover", "cover.png|png+zip", 422, "file_trailing_data" },
        { "a photograph with a script behind it", "cover", "cover.jpg|jpg+html", 422, "file_trailing_data" },
        { "half a picture", "cover", "cover.png|half png", 422, "file_damaged" },
        { "50,000 × 50,000 pixels", "cover", "cover.png|flood", 422, "image_too_many_pixels" },
        { "a JPEG of 50,000 × 50,000 pixels", "cover", "cover.jpg|jpg flood", 422, "image_too_many_pixels" },
        { "a moving WebP", "cover", "cover.webp|anim", 422, "image_animated" },
        { "11 MB of picture", "cover", "cover.png|big png", 413, "file_too_large" },
        { "an empty file", "original", "beat.wav|empty", 422, "file_empty" },
        { "half a WAV", "original", "beat.wav|half wav", 422, "audio_truncated" },
        { "a WAV's header only", "original", "beat.wav|head", 422, "audio_truncated" },
        { "a WAV with an archive behind it", "original", "beat.wav|wav+zip", 422, "file_trailing_data" },
        { "a WAV that no player knows", "original", "beat.wav|odd wav", 422, "audio_unsupported" },
        { "a WAV that is called an MP3", "original", "beat.mp3|wav", 422, "file_content_mismatch" },
        { "half an MP3", "original", "beat.mp3|half mp3", 422, "audio_truncated" },
        { "an MP3 with a page behind it", "original", "beat.mp3|mp3+html", 422, "file_trailing_data" },
        { "a FLAC that is only its header", "original", "beat.flac|flac head", 422, "audio_truncated" },
        { "a FLAC as a preview", "preview", "beat.flac|flac head", 422, "file_type_not_allowed" },
        { "an unknown role", "malware", "beat.wav|wav", 422, "file_role_unknown" },
        { "a role by number", "0", "beat.wav|wav", 422, "file_role_unknown" },
    };

    [Theory]
    [MemberData(nameof(Corpus))]
    public async Task What_is_not_right_is_refused_and_leaves_nothing(string what, string role, string file, int status, string code)
    {
        what.ShouldNotBeEmpty();
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var draft = await seller.DraftBeat();
        var id = draft.GetProperty("id").GetGuid();
        var (name, content) = (file.Split('|')[0], file.Split('|')[1]);
        (await seller.Upload(id, role, name, Bytes(content))).MustRefuse(status, code);

        (await market.Source.Command("SELECT count(*) FROM kernel.blobs").Scalar<long>()).ShouldBe(0);
        var after = (await seller.Visitor.Get($"/api/v1/products/{draft.GetProperty("slug").GetString()}")).Must().Json;
        after.GetProperty("files").GetArrayLength().ShouldBe(0);
        after.GetProperty("cover_url").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await seller.Visitor.Get($"/media/covers/{id}/x")).Must(404);
        (await seller.Visitor.Get($"/media/previews/{id}/x")).Must(404);
    }

    [Fact]
    public async Task Audio_beyond_the_limit_is_refused_while_it_arrives()
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?> { ["Catalog:MaxAudioBytes"] = "200000" });
        var seller = await market.SignUp("Nova");
        var id = (await seller.DraftBeat()).GetProperty("id").GetGuid();
        (await seller.Upload(id, "original", "beat.wav", Sound.Wav(3))).MustRefuse(413, "file_too_large");
        (await seller.Upload(id, "original", "beat.wav", new byte[3_000_000])).Must(413);
        (await market.Source.Command("SELECT count(*) FROM kernel.blobs").Scalar<long>()).ShouldBe(0);
        (await seller.Upload(id, "original", "beat.wav", Sound.Wav(2))).Must(201);
    }

    [Fact]
    public async Task Nobody_elses_upload_is_read_and_a_body_that_is_no_form_is_refused()
    {
        var (seller, other) = (await Market.SignUp("Nova"), await Market.SignUp("Bo"));
        var id = (await seller.DraftBeat()).GetProperty("id").GetGuid();
        await other.OpenShop();
        (await other.Upload(id, "original", "beat.wav", Sound.Wav(1))).MustRefuse(404, "not_found");
        using var guest = Market.Visitor();
        (await guest.Post($"/api/v1/products/{id}/files", new MultipartFormDataContent { { new ByteArrayContent(Png), "cover", "c.png" } })).Must(401);
        (await seller.Visitor.Post($"/api/v1/products/{id}/files", new { file = "x" })).MustRefuse(415, "unsupported_media_type");
        (await seller.Visitor.Post($"/api/v1/products/{id}/files", new MultipartFormDataContent { { new StringContent("x"), "words" } })).MustRefuse(422, "file_missing");
        var broken = new ByteArrayContent("--b\r\nContent-Disposition: form-data; name=\"original\"; filename=\"b.wav\"\r\n\r\nRIFF"u8.ToArray());
        broken.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        (await seller.Visitor.Post($"/api/v1/products/{id}/files", broken)).Must(400);
    }

    [Fact]
    public async Task A_wav_gets_a_preview_of_thirty_seconds_that_is_not_the_original_and_an_uploaded_one_wins()
    {
        var seller = await Market.SignUp("Nova");
        var draft = await seller.DraftBeat();
        var id = draft.GetProperty("id").GetGuid();
        var original = Sound.Wav(40, 330, 44_100, 2);
        var made = (await seller.Upload(id, "original", "My Beat v1.2.wav", original)).Must(201).Json;
        made.GetProperty("files")[0].GetProperty("file_name").GetString().ShouldBe("My Beat v1.2.wav");
        made.GetProperty("files")[0].GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(original)));
        made.GetProperty("preview_made").GetBoolean().ShouldBeTrue();
        var peaks = made.GetProperty("peaks").EnumerateArray().Select(p => p.GetDouble()).ToList();
        peaks.Count.ShouldBe(200);
        peaks.ShouldAllBe(p => p >= 0 && p <= 1);
        peaks[^1].ShouldBeLessThan(0.2);        // it fades out

        var preview = (await seller.Visitor.Get(made.GetProperty("preview_url").GetString()!)).Must();
        preview.ContentHeaders.ContentType!.MediaType.ShouldBe("audio/wav");
        BitConverter.ToInt16(preview.Bytes, 22).ShouldBe((short)1);
        BitConverter.ToInt32(preview.Bytes, 24).ShouldBe(22_050);
        preview.Bytes.Length.ShouldBeInRange(44 + (30 * 22_050 * 2) - 8, 44 + (30 * 22_050 * 2) + 8);

        var mine = Sound.Wav(5, 440);
        (await seller.Upload(id, "preview", "tagged.wav", mine)).Must(201);
        (await seller.Upload(id, "original", "other.wav", Sound.Wav(2, 500))).Must(201);
        var after = (await seller.Visitor.Get($"/api/v1/products/{draft.GetProperty("slug").GetString()}")).Must().Json;
        after.GetProperty("preview_made").GetBoolean().ShouldBeFalse();
        (await seller.Visitor.Get(after.GetProperty("preview_url").GetString()!)).Bytes.ShouldBe(mine);
        (await seller.Upload(id, "preview", "all.wav", original)).MustRefuse(422, "preview_is_original");
    }

    [Fact]
    public async Task The_same_file_again_is_kept_once_and_a_draft_forgets_what_is_removed()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var id = (await seller.DraftBeat()).GetProperty("id").GetGuid();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => seller.Upload(id, "original", "beat.wav", Sound.Wav(1))));
        var state = (await seller.Upload(id, "original", "beat.wav", Sound.Wav(1))).Must(201).Json;
        var file = state.GetProperty("files").EnumerateArray().Single().GetProperty("id").GetGuid();
        (await seller.Visitor.Delete($"/api/v1/products/{id}/files/{file}")).Must();
        (await market.Source.Command("SELECT count(*) FROM kernel.blobs WHERE state = 'kept'").Scalar<long>()).ShouldBe(1);     // the preview
    }

    [Fact]
    public async Task Where_and_with_what_a_picture_was_taken_is_not_kept()
    {
        var seller = await Market.SignUp("Nova");
        var id = (await seller.DraftBeat()).GetProperty("id").GetGuid();
        var secret = Encoding.ASCII.GetBytes("GPS 43.2965 5.3698");
        var png = (await seller.Upload(id, "cover", "photo.png", Picture.Png(4, 4, null, ("eXIf", secret), ("tEXt", secret)))).Must(201).Json.GetProperty("cover_url").GetString()!;
        (await seller.Visitor.Get(png)).Must().Text.ShouldNotContain("GPS");
        var jpeg = (await seller.Upload(id, "cover", "photo.jpg", Jpeg(8, 8, secret))).Must(201).Json.GetProperty("cover_url").GetString()!;
        var served = (await seller.Visitor.Get(jpeg)).Must();
        served.Text.ShouldNotContain("GPS");
        served.ContentHeaders.ContentType!.MediaType.ShouldBe("image/jpeg");
        (await seller.Visitor.Get(png)).Must(302).Location.ShouldBe(jpeg);      // an old address leads to the new cover
    }

    [Fact]
    public async Task Mp3_flac_and_webp_that_are_whole_are_taken()
    {
        var seller = await Market.SignUp("Nova");
        var id = (await seller.DraftBeat()).GetProperty("id").GetGuid();
        (await seller.Upload(id, "original", "beat.mp3", Mp3(6))).Must(201).Json.GetProperty("preview_url").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await seller.Upload(id, "original", "beat.flac", Flac(whole: true))).Must(201);
        (await seller.Upload(id, "cover", "cover.webp", WebP("VP8L", [0x2F, 7, 0xC0, 1, 0, 0, 0, 0, 0, 0, 0, 0]))).Must(201);
        (await seller.Upload(id, "preview", "short.mp3", Mp3(4))).Must(201).Json.GetProperty("files").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("../../etc/passwd.wav", "passwd.wav")]
    [InlineData("C:\\music\\beat.wav", "beat.wav")]
    [InlineData("gpj.\u202Evaw.wav", "gpj.vaw.wav")]
    [InlineData("  a   b .WAV", "a b .wav")]
    public void Names_lose_paths_and_what_would_deceive(string sent, string kept) => FileNames.Clean(sent).Name.ShouldBe(kept);

    internal static byte[] Bytes(string content) => content switch
    {
        "html" => "<!doctype html><script>alert(1)</script>"u8.ToArray(),
        "svg" => "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"u8.ToArray(),
        "png" => Png,
        "half png" => Png[..(Png.Length / 2)],
        "png+zip" => [.. Png, .. "PK\u0003\u0004 an archive"u8],
        "flood" => Picture.Png(8, 8, (50_000, 50_000)),
        "big png" => Picture.Png(8, 8, null, ("juNk", new byte[11_000_000])),
        "jpg+html" => [.. Jpeg(8, 8), .. "<script>alert(1)</script>"u8],
        "jpg flood" => Jpeg(50_000, 50_000),
        "anim" => WebP("ANIM", new byte[6]),
        "empty" => [],
        "wav" => Sound.Wav(1),
        "half wav" => Sound.Wav(1)[..40_000],
        "head" => Sound.Wav(1)[..44],
        "wav+zip" => [.. Sound.Wav(1), .. "PK\u0003\u0004 an archive"u8],
        "odd wav" => Odd(Sound.Wav(1)),
        "half mp3" => Mp3(6)[..^100],
        "mp3+html" => [.. Mp3(6), .. "<script>alert(1)</script>"u8],
        "flac head" => Flac(whole: false),
        _ => throw new ArgumentOutOfRangeException(nameof(content), content, "Not in the corpus."),
    };

    private static byte[] Odd(byte[] wav)
    {
        wav[20] = 0x55;     // MP3 inside WAV
        return wav;
    }

    private static byte[] Jpeg(int width, int height, byte[]? comment = null)
    {
        byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];
        return
        [
            0xFF, 0xD8, .. Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]), .. comment is null ? [] : Segment(0xE1, [.. "Exif\0\0"u8, .. comment]), .. comment is null ? [] : Segment(0xFE, [.. comment, .. new byte[8]]),
            .. Segment(0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]), .. Segment(0xDA, [1, 1, 0, 0, 63, 0, 0, 0, 0, 0]), 1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9,
        ];
    }

    private static byte[] WebP(string chunk, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(chunk.PadRight(4)), .. BitConverter.GetBytes(content.Length), .. content];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length + 4), .. "WEBP"u8, .. body];
    }

    // 128 kbit/s, 44.1 kHz: frames of 417 bytes.
    private static byte[] Mp3(int frames) => [.. "ID3"u8, 3, 0, 0, 0, 0, 0, 10, .. new byte[10], .. Enumerable.Range(0, frames).SelectMany(i => new byte[] { 0xFF, 0xFB, 0x90, 0x00 }.Concat(Enumerable.Repeat((byte)i, 413)))];

    private static byte[] Flac(bool whole)
    {
        var info = new byte[34];
        (info[0], info[2]) = (16, 16);                      // blocks of 4,096 samples
        (info[6], info[9]) = (20, 40);                      // frames of 20 to 40 bytes
        (info[10], info[11], info[12], info[13]) = (0x0A, 0xC4, 0x42, 0xF0);
        info[16] = 0xA0;                                    // 40,960 samples: ten frames
        return [.. "fLaC"u8, 0x80, 0, 0, 34, .. info, 0xFF, 0xF8, .. whole ? new byte[300] : new byte[20]];
    }
}
