// "Ask my device": fills the hidden position of the profile's form. Without a device that tells, or without leave, the form works as it is.
const place = document.querySelector("[data-locate]");
const button = place?.querySelector("[data-locate-button]");
if (button && "geolocation" in navigator) {
  const said = place.querySelector("[data-locate-said]");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        place.querySelector("[data-locate-source]").value = "gps";
        place.querySelector("[data-locate-latitude]").value = coords.latitude.toFixed(6);
        place.querySelector("[data-locate-longitude]").value = coords.longitude.toFixed(6);
        said.textContent = said.dataset.found;
        button.disabled = false;
      },
      () => {
        said.textContent = said.dataset.refused;
        button.disabled = false;
      },
      { timeout: 10_000, maximumAge: 600_000 },
    );
  });
}
