using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Users;

internal enum ProfilePicture
{
    Avatar,
    Banner,
}

/// <summary>The two pictures of a profile: sent as any other file is, seen by whoever may see the profile.</summary>
internal static class ProfilePictures
{
    public const string RefusedKey = "picture_refused";
    public const long AvatarLimit = 2_000_000, BannerLimit = 5_000_000;

    private static readonly FileFormat[] Formats = [Png.Format, Jpeg.Format, WebP.Format];

    public static string? Url(Guid account, ProfilePicture picture, string? version) => version is null ? null : $"/media/people/{account}/{picture.ToText()}/{version}";

    /// <exception cref="Refused">413 <c>file_too_large</c>; 422 with the reason.</exception>
    public static async Task<OwnProfile> Add(IncomingFile file, Caller caller, UsersDb db, UnitOfWork work, Blobs blobs, Writes writes, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var picture = file.Name.ReadChoice<ProfilePicture>() ?? throw new Refused("picture_unknown", 422, "The part's name says what the picture is: avatar or banner.");
        var (format, _) = Uploads.FormatOf(file.FileName, file.Name, Formats);
        var blob = await Uploads.Stage(file.Content, format, picture == ProfilePicture.Avatar ? AvatarLimit : BannerLimit, blobs, stop);
        return await writes.Run(async () =>
        {
            await blobs.Keep(blob.Key);
            return await Change(picture, blob, caller, db, work, blobs, source, clock);
        });
    }

    public static Task<OwnProfile> Remove(string picture, Caller caller, UsersDb db, UnitOfWork work, Blobs blobs, NpgsqlDataSource source, TimeProvider clock) =>
        Change(picture.ReadChoice<ProfilePicture>() ?? throw Refused.NotFound(), null, caller, db, work, blobs, source, clock);

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapProfilePictures(this IEndpointRouteBuilder api)
    {
        api.MapPost("/me/profile/files", (HttpContext http, Caller caller, UsersDb db, UnitOfWork work, Blobs blobs, Writes writes, NpgsqlDataSource source, TimeProvider clock) =>
                Uploads.One(http, null, file => Add(file, caller, db, work, blobs, writes, source, clock, http.RequestAborted)))
            .ForSignedIn().WithMetadata(new WriteRoute(null, 200, false, true), new RequestSizeLimitAttribute(BannerLimit + 100_000))
            .Accepts<IFormFile>("multipart/form-data").Produces<OwnProfile>()
            .NotForKeys().WithName("AddProfilePicture").WithTags("People").WithSummary("Uploads a picture; the part's name says which: avatar (2 MB) or banner (5 MB). PNG, JPEG or WebP.");
        api.MapDelete("/me/profile/files/{picture}", Remove).Writes<Nothing, OwnProfile>()
            .ForSignedIn().NotForKeys().WithName("RemoveProfilePicture").WithTags("People").WithSummary("Takes a picture away: avatar or banner.");
    }

    /// <summary>Outside the API: the pictures themselves, and the form of the page.</summary>
    public static void MapProfileMedia(this IEndpointRouteBuilder site)
    {
        site.MapMethods("/media/people/{account:guid}/{picture}/{version?}", ["GET", "HEAD"], Serve).ForAnyone().WithName("ProfilePicture").ExcludeFromDescription();
        site.MapUploadForm("/account/profile/files", RefusedKey, typeof(ProfilePictures).Assembly, BannerLimit + 100_000, (http, antiforgery) =>
            {
                T Of<T>() where T : notnull => http.RequestServices.GetRequiredService<T>();
                return Uploads.One(http, antiforgery, file => Add(file, Of<Caller>(), Of<UsersDb>(), Of<UnitOfWork>(), Of<Blobs>(), Of<Writes>(), Of<NpgsqlDataSource>(), Of<TimeProvider>(), http.RequestAborted));
            }, _ => "/account/profile#pictures")
            .ForSignedIn();
    }

    private static async Task<OwnProfile> Change(ProfilePicture picture, Blob? blob, Caller caller, UsersDb db, UnitOfWork work, Blobs blobs, NpgsqlDataSource source, TimeProvider clock)
    {
        var profile = await db.Locked(caller.Account, work, clock);
        if (profile.Show(picture, blob) is { } old) await blobs.Forget(old);
        profile.Saved(clock.GetUtcNow());
        await work.Flush();
        return await OwnProfile.Read(caller, work, source);
    }

    private static async Task<IResult> Serve(Guid account, string picture, string? version, HttpContext http, Caller caller, UnitOfWork work, NpgsqlDataSource source, Pictures pictures, CancellationToken stop)
    {
        var kind = picture.ReadChoice<ProfilePicture>() ?? throw Refused.NotFound();
        var profile = await ProfileRow.Read("a.id = $2", account, work, source, stop);
        if (profile is null || !profile.ShownTo(caller)) throw Refused.NotFound();
        var column = kind.ToText();
        var found = (await source.Command($"SELECT {column}_key, {column}_type, {column}_version FROM users.profiles WHERE account = $1 AND {column}_key IS NOT NULL", account)
            .List(r => (Key: r.GetString(0), Type: r.GetString(1), Version: r.GetString(2)), stop)).FirstOrDefault();
        if (found.Key is null) throw Refused.NotFound();
        // A profile may be hidden tomorrow: browsers keep its pictures, but ask.
        return found.Version != version
            ? Results.LocalRedirect(Url(account, kind, found.Version) + http.Request.QueryString)
            : await pictures.Send(http, found.Key, found.Type, found.Version, "private, no-cache", stop);
    }

    /// <summary>The path says all.</summary>
    private sealed record Nothing;
}
