using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>The way to a profile that is to be changed.</summary>
internal static class Profiles
{
    /// <summary>Makes the row when there is none and locks it until the transaction ends.</summary>
    public static async Task<Profile> Locked(this UsersDb db, Guid account, UnitOfWork work, TimeProvider clock)
    {
        if (await Find(db, account) is { } found) return found;
        var blank = Profile.Blank(account, clock.GetUtcNow());
        await work.Command(
            """
            INSERT INTO users.profiles (account, bio, visibility, mentoring, location_visibility, grid_north, grid_east, partner, changed_at, version)
            VALUES ($1, '', 'public', false, 'city', $2, $3, false, $4, 1) ON CONFLICT DO NOTHING
            """, account, blank.GridNorth, blank.GridEast, blank.ChangedAt).Execute();
        return (await Find(db, account))!;
    }

    private static Task<Profile?> Find(UsersDb db, Guid account) =>
        db.Profiles.FromSql($"SELECT * FROM users.profiles WHERE account = {account} FOR UPDATE").SingleOrDefaultAsync();
}
