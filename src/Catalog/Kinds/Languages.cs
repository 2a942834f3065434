namespace Marketplace.Catalog;

/// <summary>In which language something is taught or held.</summary>
internal static class Languages
{
    public static Fact Fact() => new ChoiceFact("language", "Language",
    [
        ("en", "English"), ("fr", "French"), ("ar", "Arabic"), ("de", "German"), ("es", "Spanish"), ("hi", "Hindi"), ("it", "Italian"), ("ja", "Japanese"), ("ko", "Korean"), ("nl", "Dutch"),
        ("pl", "Polish"), ("pt", "Portuguese"), ("ru", "Russian"), ("sv", "Swedish"), ("tr", "Turkish"), ("uk", "Ukrainian"), ("zh", "Chinese"),
    ])
    {
        Asked = "Choose its language.", Wrong = "Choose one of the list.", OnCards = true,
    };
}
