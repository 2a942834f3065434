using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Profile, pictures, location (users.profiles) and talents (users.profile_categories, users.profile_skills, users.profile_genres).</summary>
internal sealed class ProfileData(UsersDb db, UnitOfWork work, NpgsqlDataSource source, Blobs blobs, TimeProvider clock) : IPersonalData
{
    public string Section => "profile";

    public string About => "Your profile, talents and pictures.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) => await OwnProfile.Read(Caller.For(account), work, source, stop);

    public async Task Erase(Guid account)
    {
        var profile = await db.Locked(account, work, clock);
        foreach (var picture in Enum.GetValues<ProfilePicture>())
        {
            if (profile.Show(picture, null) is { } key) await blobs.Forget(key);
        }

        profile.Erase(clock.GetUtcNow());
        await work.Flush();
        await ChooseTalents.Replace(account, [], [], [], work);
    }
}
