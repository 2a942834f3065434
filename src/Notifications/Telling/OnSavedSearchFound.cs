using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>Somebody hears what is new in a search that they saved.</summary>
internal sealed class OnSavedSearchFound(Tell tell, Hearing hearing) : IReaction<SavedSearchFound>
{
    public async Task Handle(SavedSearchFound happened, CancellationToken stop) => await tell.Handle(new Notice(
        happened.Account, NoticeType.SearchFound, await hearing.Event<OnSavedSearchFound>(happened.Key, stop),
        new Facts { SavedSearch = happened.Search, Count = happened.New }, "/account/searches"));
}
