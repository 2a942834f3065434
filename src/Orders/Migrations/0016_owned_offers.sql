-- Whether a buyer has an offer already is asked when it goes into the cart, when the cart is shown and when it is bought: by looking it up, not by
-- reading all that was ever bought.
CREATE INDEX order_items_owned ON orders.order_items (buyer, offer) WHERE state <> 'pending';
