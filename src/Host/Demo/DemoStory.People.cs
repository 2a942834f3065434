using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Host;

/// <summary>Who the demo's people are to each other.</summary>
internal sealed partial class DemoStory
{
    private void NotePeople()
    {
        foreach (var profile in DemoPeople.All) diary.Note(calendar.At(profile.Day, 25), () => Introduce(profile));
        diary.Note(calendar.At(1, 600), Verify);
        foreach (var (handle, day) in DemoPeople.Reachable)
        {
            diary.Note(calendar.At(day, 365), () => people[handle].Post("/api/v1/email-verifications", null, stop));
            diary.Note(calendar.At(day, 375), () => FollowLink(handle));     // the jobs of 6:10 have sent it
        }

        for (var i = 0; i < DemoPeople.Missed.Handles.Length; i++)
        {
            var handle = DemoPeople.Missed.Handles[i];
            diary.Note(calendar.At(20 + i, 700), () => people[handle].Post("/api/v1/field-requests", new { kind = DemoPeople.Missed.Kind, value = DemoPeople.Missed.Value, category = DemoPeople.Missed.Category }, stop));
        }
    }

    private async Task Introduce(DemoProfile profile)
    {
        var person = people[profile.Handle];
        await person.Edit("/api/v1/me/profile", "\"1\"", new
        {
            bio = profile.Bio,
            experience = profile.Level,
            mentoring = profile.Mentor,
            visibility = profile.Visibility,
            smart_link = profile.SmartLink,
            location = new { source = "typed", country = profile.Country, city = profile.City },
        }, stop);
        await person.Put("/api/v1/me/talents", new { skills = profile.Skills.Split(' '), genres = profile.Genres.Split(' ') }, stop);
        var initials = string.Concat(person.Name.Split(' ').Select(word => word[0]));
        await person.Upload("/api/v1/me/profile/files", "avatar", "portrait.png", "image/png", AvatarRenderer.Png(initials, profile.Handle.Sum(c => c)), stop);
    }

    private async Task FollowLink(string handle)
    {
        var token = await TokenOf<MailedLinkAsked>("users.mailed_link_asked", people[handle].Account, async (asked, inside) => (await inside.GetRequiredService<IUsers>().OpenMailedLink(asked, stop))!.Path);
        await people[handle].Post("/api/v1/email-confirmations", new { token }, stop);
    }

    // The owner has signed in anew by then: what staff give needs that.
    private async Task Verify()
    {
        foreach (var handle in new[] { "nova", "delia" }) await people["owner"].Edit($"/api/v1/people/{people[handle].Account}/standing", null, new { verified = true }, stop);
    }
}
