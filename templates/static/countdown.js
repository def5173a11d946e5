/** Time left until a deadline, second by second, in the server's moments and the screen's clock. */

const SOON_MS = 5 * 60_000;
const two = (number) => String(number).padStart(2, "0");

function draw(element, now) {
	const left = Date.parse(element.dataset.until) - now;
	const seconds = Math.floor(Math.abs(left) / 1000);
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
	const clock =
		hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
	element.textContent = left >= 0 ? clock : `${element.dataset.over} ${clock}`;
	element.classList.toggle("is-soon", left >= 0 && left < SOON_MS);
	element.classList.toggle("is-over", left < 0);
}

function drawAll() {
	const now = Date.now();
	for (const element of document.querySelectorAll("[data-until]")) draw(element, now);
}

export function startCountdowns() {
	drawAll();
	setInterval(drawAll, 1000);
	document.body.addEventListener("htmx:afterSettle", drawAll);
}
