using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Marketplace.Tests;

internal static class PeopleSteps
{
    public static async Task<JsonElement> Profile(this Person person) => (await person.Visitor.Get("/api/v1/me/profile")).Must().Json;

    /// <summary>Changes the person's own profile.</summary>
    /// <param name="version">The one that they have read; the present one when missing.</param>
    public static async Task<Answer> EditProfile(this Person person, object change, int? version = null)
    {
        version ??= (await person.Profile()).GetProperty("version").GetInt32();
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/me/profile") { Content = JsonContent.Create(change, options: JsonStyle.Options) };
        request.Headers.Authorization = new("Bearer", person.Visitor.Token);
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var response = await person.Visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    public static async Task<string> Username(this Person person) => (await person.Profile()).GetProperty("username").GetString()!;

    /// <summary>Uploads a picture by the API.</summary>
    public static Task<Answer> UploadPicture(this Person person, string picture, string fileName, byte[] bytes)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return person.Visitor.Post("/api/v1/me/profile/files", new MultipartFormDataContent { { file, picture, fileName } });
    }

    public static Task Become(this Market market, Guid account, string status) => market.Source.Command("UPDATE users.accounts SET status = $2 WHERE id = $1", account, status).Execute();

    public static Task SetTier(this Market market, Guid account, Marketplace.Users.SellerTier tier) =>
        market.Do(services => ((Marketplace.Users.IUsers)services.GetService(typeof(Marketplace.Users.IUsers))!).SetTier(account, tier));
}
