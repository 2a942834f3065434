using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>A person says what they do and in which music. What is sent takes the place of what was; a skill brings its category with it.</summary>
internal static class ChooseTalents
{
    public const int MostCategories = 4, MostSkills = 20, MostGenres = 10;

    public sealed record Request(IReadOnlyList<string>? Categories = null, IReadOnlyList<string>? Skills = null, IReadOnlyList<string>? Genres = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Skills).Must(s => s is null || s.Distinct().Count() <= MostSkills).WithErrorCode("too_many").WithMessage("Choose at most 20 skills.");
            RuleFor(r => r.Genres).Must(g => g is null || g.Distinct().Count() <= MostGenres).WithErrorCode("too_many").WithMessage("Choose at most 10 genres.");
            RuleFor(r => r.Categories).Must(c => c is null || c.Distinct().Count() <= MostCategories).WithErrorCode("too_many").WithMessage("Choose skills of at most 4 fields.");
            RuleForEach(r => r.Skills).Must(Named).WithErrorCode("unknown_talent").WithMessage("Choose one of the list.");
            RuleForEach(r => r.Genres).Must(Named).WithErrorCode("unknown_talent").WithMessage("Choose one of the list.");
            RuleForEach(r => r.Categories).Must(Named).WithErrorCode("unknown_talent").WithMessage("Choose one of the list.");
        }

        private static bool Named(string? slug) => slug is { Length: > 0 and <= 80 } && !slug.Any(char.IsControl);
    }

    /// <exception cref="Refused">422 <c>invalid</c>: unknown, or too many.</exception>
    public static async Task<OwnProfile> Handle(Request request, Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock)
    {
        var profile = await db.Locked(caller.Account, work, clock);
        var skills = (request.Skills ?? []).Distinct(StringComparer.Ordinal).ToArray();
        var genres = (request.Genres ?? []).Distinct(StringComparer.Ordinal).ToArray();
        var known = await work.Command("SELECT slug, category FROM users.skills WHERE slug = ANY ($1)", skills).List(r => (Slug: r.GetString(0), Category: r.GetString(1)));
        var categories = (request.Categories ?? []).Concat(known.Select(s => s.Category)).Distinct(StringComparer.Ordinal).ToArray();
        if (categories.Length > MostCategories) throw Refused.Invalid(new FieldError("/categories", "too_many", "Choose skills of at most 4 fields."));

        profile.Saved(clock.GetUtcNow());
        await work.Flush();
        var chosen = await Replace(caller.Account, categories, skills, genres, work);
        var errors = new List<FieldError>();
        if (chosen.Categories != categories.Length) errors.Add(new FieldError("/categories", "unknown_talent", "Choose one of the list."));
        if (chosen.Skills != skills.Length) errors.Add(new FieldError("/skills", "unknown_talent", "Choose one of the list."));
        if (chosen.Genres != genres.Length) errors.Add(new FieldError("/genres", "unknown_talent", "Choose one of the list."));
        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
        return await OwnProfile.Read(caller, work, source);
    }

    /// <returns>How many of each exist and are chosen now.</returns>
    public static async Task<(int Categories, int Skills, int Genres)> Replace(Guid account, string[] categories, string[] skills, string[] genres, UnitOfWork work) => (
        await Replace("profile_categories", "category", "talent_categories", account, categories, work),
        await Replace("profile_skills", "skill", "skills", account, skills, work),
        await Replace("profile_genres", "genre", "genres", account, genres, work));

    private static async Task<int> Replace(string table, string column, string list, Guid account, string[] slugs, UnitOfWork work)
    {
        await work.Command($"DELETE FROM users.{table} WHERE account = $1 AND {column} <> ALL ($2)", account, slugs).Execute();
        await work.Command($"INSERT INTO users.{table} (account, {column}) SELECT $1, slug FROM users.{list} WHERE slug = ANY ($2) ON CONFLICT DO NOTHING", account, slugs).Execute();
        return (int)await work.Command($"SELECT count(*) FROM users.{table} WHERE account = $1", account).Scalar<long>();
    }
}
