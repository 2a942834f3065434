using FsCheck;
using FsCheck.Fluent;
using Marketplace.Orders;

namespace Marketplace.Tests.Orders;

public sealed class SplitTests
{
    [Fact]
    public void Shares_add_up_to_the_price_and_nobody_pays_to_sell() =>
        Prop.ForAll<NonEmptyArray<(NonNegativeInt Price, PositiveInt Tax, PositiveInt Rate, NonNegativeInt Coupon)>, NonNegativeInt>((lines, fee) =>
        {
            var asked = lines.Get.Select(l => new ToSplit(Money.Of(l.Price.Get, "EUR"), l.Price.Get == 0 ? 0L : l.Tax.Get % l.Price.Get, l.Rate.Get % 10_001, l.Coupon.Get)).ToList();
            var splits = Split.Of(asked, Money.Of(fee.Get, "EUR"));
            return splits.Zip(asked).All(x =>
                    x.First.Gross + x.First.Coupon == x.First.Tax + x.First.Commission + x.First.Fee + x.First.Affiliate + x.First.SellerShare
                    && x.First.Gross == x.Second.Gross.Minor
                    && x.First is { SellerShare: >= 0, Fee: >= 0, Commission: >= 0, Tax: >= 0 })
                && splits.Sum(s => s.Fee) <= fee.Get
                // All of the fee is borne where the shares have room for it.
                && (splits.Any(s => s.SellerShare == 0) || splits.Sum(s => s.Gross) == 0 || splits.Sum(s => s.Fee) == fee.Get);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_fee_is_shared_by_largest_remainder() =>
        Split.Of([new ToSplit(Money.Of(3_333, "EUR"), 0, 4_000, 0), new ToSplit(Money.Of(3_333, "EUR"), 0, 3_000, 0), new ToSplit(Money.Of(3_334, "EUR"), 0, 1_000, 0)], Money.Of(320, "EUR"))
            .ShouldBe([new Split(3_333, 0, 0, 1_333, 107, 0), new Split(3_333, 0, 0, 1_000, 106, 0), new Split(3_334, 0, 0, 333, 107, 0)]);

    [Fact]
    public void A_cheap_line_gives_what_it_has_and_the_market_bears_the_rest()
    {
        var split = Split.Of([new ToSplit(Money.Of(40, "EUR"), 0, 4_000, 0)], Money.Of(31, "EUR")).Single();
        split.ShouldBe(new Split(40, 0, 0, 16, 24, 0));
        split.SellerShare.ShouldBe(0);
    }

    [Fact]
    public void Tax_is_not_commissioned() =>
        Split.Of([new ToSplit(Money.Of(1_200, "EUR"), 200, 4_000, 0)], Money.Of(0, "EUR")).Single().ShouldBe(new Split(1_200, 0, 200, 400, 0, 0));

    [Fact]
    public void A_coupon_of_the_market_is_commissioned_as_if_the_buyer_had_paid_it_and_a_shops_own_is_not()
    {
        Split.Of([new ToSplit(Money.Of(900, "EUR"), 0, 1_000, 100)], Money.Of(0, "EUR")).Single().ShouldBe(new Split(900, 100, 0, 100, 0, 0));
        Split.Of([new ToSplit(Money.Of(900, "EUR"), 0, 1_000, 0)], Money.Of(0, "EUR")).Single().ShouldBe(new Split(900, 0, 0, 90, 0, 0));
        Split.Of([new ToSplit(Money.Of(0, "EUR"), 0, 1_000, 1_000)], Money.Of(0, "EUR")).Single().SellerShare.ShouldBe(900);
    }

    [Fact]
    public void A_free_line_moves_nothing() => Split.Of([new ToSplit(Money.Of(0, "JPY"), 0, 4_000, 0)], Money.Of(0, "JPY")).Single().ShouldBe(default);
}
