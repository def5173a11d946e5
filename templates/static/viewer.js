/**
 * Pictures that zoom and move by wheel, touch, keys and buttons. The SVG's viewBox is the view, in pixels of
 * the picture, so boxes stay on what they mark at every scale.
 */

const LARGEST_SCALE = 12;
const STEP = 1.35;
const NUDGE = 0.12;
/** Widths the whole picture is asked for, smallest first. What they don't show comes as a part at full resolution. */
const WIDTHS = [1024, 2048];
/** A copy serves while each of its pixels covers no more than this many of the screen's. */
const ENOUGH = 1.15;
/** Parts begin and end on this grid, in pixels of the picture: a small move asks for nothing new. */
const GRID = 256;
/** A part is asked for once the view has come to rest. */
const REST_MS = 120;
const LARGEST_PART = 4096;
const PART_QUALITY = 92;
const FOCUS_SHARE = { width: 0.86, height: 0.5 };

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function rectangleOf({ x, y, width, height, style }) {
	const rectangle = document.createElementNS("http://www.w3.org/2000/svg", "rect");
	for (const [name, value] of Object.entries({ x, y, width, height })) rectangle.setAttribute(name, value);
	rectangle.setAttribute("class", `box b-${style}`);
	return rectangle;
}

/** Runs once the browser holds the picture, so that what is shown is never half of one. */
function whenLoaded(address, show) {
	const picture = new Image();
	picture.addEventListener("load", show);
	picture.src = address;
}

class Viewer {
	constructor(figure) {
		this.figure = figure;
		this.stage = figure.querySelector(".viewer-stage");
		this.svg = this.stage.querySelector("svg");
		this.image = this.svg.querySelector("image");
		this.width = Number(this.svg.dataset.width);
		this.height = Number(this.svg.dataset.height);
		this.loaded = 0;
		this.pointers = new Map();
		const focus = (figure.dataset.focus || `0 0 ${this.width} ${this.height}`).split(" ").map(Number);
		this.focusBox = { x: focus[0], y: focus[1], width: focus[2], height: focus[3] };
		this.listen();
		if (!figure.closest(".workbench")) this.fitFrame();
		new ResizeObserver(() => this.resize()).observe(this.stage);
	}

	/** On a page of many pictures the frame takes the picture's shape, up to the height the style gives it. */
	fitFrame() {
		const tools = this.figure.clientHeight - this.stage.clientHeight;
		const height = (this.figure.clientWidth * this.height) / this.width + tools;
		if (height < this.figure.clientHeight) this.figure.style.height = `${Math.max(height, 170)}px`;
	}

	get fitScale() {
		return Math.min(this.stage.clientWidth / this.width, this.stage.clientHeight / this.height);
	}

	scaleFor({ width, height }) {
		const scale = Math.min(
			(FOCUS_SHARE.width * this.stage.clientWidth) / width,
			(FOCUS_SHARE.height * this.stage.clientHeight) / height,
		);
		return clamp(scale, this.fitScale, LARGEST_SCALE);
	}

	resize() {
		if (this.stage.clientWidth === 0) return;
		if (this.scale === undefined) this.open();
		else this.show(this.centre, this.scale);
	}

	/** Opens at the marked place, with the zoom the person left the last picture at. */
	open() {
		const focused = this.figure.dataset.focus !== "";
		if (!focused) {
			this.fit();
			return;
		}
		this.showAround(JSON.parse(sessionStorage.getItem(this.keepKey) ?? "null"));
	}

	get keepKey() {
		return `vinspect-zoom-${this.figure.dataset.keep}`;
	}

	/** The view as it stands to the marked place: zoom as a factor, pan in pixels of the screen. */
	get view() {
		const centre = this.centreOf(this.focusBox);
		return {
			zoom: this.scale / this.scaleFor(this.focusBox),
			x: (this.centre.x - centre.x) * this.scale,
			y: (this.centre.y - centre.y) * this.scale,
		};
	}

	showAround(view) {
		const centre = this.centreOf(this.focusBox);
		const scale = this.scaleFor(this.focusBox) * (view?.zoom ?? 1);
		this.show({ x: centre.x + (view?.x ?? 0) / scale, y: centre.y + (view?.y ?? 0) / scale }, scale);
	}

	keep() {
		if (this.figure.dataset.keep) sessionStorage.setItem(this.keepKey, JSON.stringify(this.view));
	}

	/** Shows another capture in the same view: what is marked there stands where the marked place stood. */
	swap({ picture, width, height, focus, overlays }) {
		const { view } = this;
		[this.width, this.height] = [Number(width), Number(height)];
		for (const [name, value] of [
			["width", width],
			["height", height],
			["data-capture", picture],
			["href", `/api/v1/captures/${picture}?width=${WIDTHS[0]}`],
		]) {
			this.image.setAttribute(name, value);
		}
		this.loaded = 0;
		clearTimeout(this.resting);
		this.part?.remove();
		this.part = undefined;
		this.partAddress = undefined;
		const [x, y, w, h] = focus.split(" ").map(Number);
		this.focusBox = { x, y, width: w, height: h };
		this.svg.querySelector(".overlays").replaceChildren(...JSON.parse(overlays).map(rectangleOf));
		const original = this.figure.querySelector(".viewer-tools a");
		original.href = `/api/v1/captures/${picture}`;
		this.showAround(view);
	}

	centreOf({ x, y, width, height }) {
		return { x: x + width / 2, y: y + height / 2 };
	}

	show(centre, scale) {
		this.scale = clamp(scale, this.fitScale, LARGEST_SCALE);
		const width = this.stage.clientWidth / this.scale;
		const height = this.stage.clientHeight / this.scale;
		// at least half of the view stays on the picture
		this.centre = {
			x: width >= this.width ? this.width / 2 : clamp(centre.x, 0, this.width),
			y: height >= this.height ? this.height / 2 : clamp(centre.y, 0, this.height),
		};
		const left = this.centre.x - width / 2;
		const top = this.centre.y - height / 2;
		this.svg.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
		this.stage.classList.toggle("is-zoomed", this.scale > this.fitScale * 1.01);
		for (const image of [this.image, this.part]) image?.classList.toggle("is-pixels", this.scale >= 4);
		this.load();
	}

	/** Asks for a finer picture once the view needs it; the coarse one stays until the finer one is here. */
	load() {
		const needed = Math.min(this.width * this.scale * window.devicePixelRatio, this.width);
		const fitting = WIDTHS.findIndex((width) => width * ENOUGH >= needed);
		const index = fitting < 0 ? WIDTHS.length - 1 : fitting;
		if (index > this.loaded) {
			this.loaded = index;
			const address = this.addressOf({ width: WIDTHS[index] });
			whenLoaded(address, () => {
				// meanwhile another capture may be shown
				const wanted = this.loaded === index && this.addressOf({ width: WIDTHS[index] }) === address;
				if (wanted) this.image.setAttribute("href", address);
			});
		}
		clearTimeout(this.resting);
		if (fitting < 0) this.resting = setTimeout(() => this.loadPart(), REST_MS);
	}

	addressOf(query) {
		return `/api/v1/captures/${this.image.dataset.capture}?${new URLSearchParams(query)}`;
	}

	/** The part of the picture in view, widened to the grid and cut off at the picture's edges. */
	get visible() {
		const [halfWidth, halfHeight] = [this.stage.clientWidth, this.stage.clientHeight].map(
			(side) => side / this.scale / 2,
		);
		const down = (at) => Math.max(0, Math.floor(at / GRID) * GRID);
		const up = (at, end) => Math.min(end, Math.ceil(at / GRID) * GRID);
		const [x, y] = [down(this.centre.x - halfWidth), down(this.centre.y - halfHeight)];
		return {
			x,
			y,
			width: up(this.centre.x + halfWidth, this.width) - x,
			height: up(this.centre.y + halfHeight, this.height) - y,
		};
	}

	/** Lays what is in view over the coarse picture, as fine as the screen shows it: at last pixel by pixel. */
	loadPart() {
		const { x, y, width, height } = this.visible;
		if (width <= 0 || height <= 0) return;
		const wanted = Math.min(width, Math.ceil((width * this.scale * window.devicePixelRatio) / GRID) * GRID);
		const query = { box: [x, y, width, height].join(","), quality: PART_QUALITY };
		if (wanted < width || width > LARGEST_PART) query.width = Math.min(wanted, LARGEST_PART);
		const address = this.addressOf(query);
		if (address === this.partAddress) return;
		this.partAddress = address;
		whenLoaded(address, () => {
			// the view may have gone on, and its own part be under way
			if (this.partAddress !== address) return;
			this.part ??= this.image.parentNode.insertBefore(this.image.cloneNode(), this.image.nextSibling);
			const place = { href: address, x, y, width, height, "data-part": "" };
			for (const [name, value] of Object.entries(place)) this.part.setAttribute(name, value);
		});
	}

	fit() {
		this.show({ x: this.width / 2, y: this.height / 2 }, this.fitScale);
	}

	focus() {
		this.show(this.centreOf(this.focusBox), this.scaleFor(this.focusBox));
	}

	/** Shows one character of the marked line: its place is estimated by its share of the line. */
	focusShare(index, count) {
		const { x, y, width, height } = this.focusBox;
		const along = (index + 0.5) / count;
		const lying = width >= height;
		const centre = lying
			? { x: x + width * along, y: y + height / 2 }
			: { x: x + width / 2, y: y + height * along };
		const side = lying ? height : width;
		this.show(centre, this.scaleFor({ width: side * 4, height: side * 1.2 }));
	}

	zoomAt(factor, clientX, clientY) {
		const frame = this.stage.getBoundingClientRect();
		const dx = (clientX ?? frame.left + frame.width / 2) - frame.left - frame.width / 2;
		const dy = (clientY ?? frame.top + frame.height / 2) - frame.top - frame.height / 2;
		const scale = clamp(this.scale * factor, this.fitScale, LARGEST_SCALE);
		const shift = 1 / this.scale - 1 / scale;
		this.show({ x: this.centre.x + dx * shift, y: this.centre.y + dy * shift }, scale);
		this.keep();
	}

	move(dx, dy) {
		this.show({ x: this.centre.x - dx / this.scale, y: this.centre.y - dy / this.scale }, this.scale);
		this.keep();
	}

	/** Handles a key; false where the key is not one of the viewer's. */
	key(key) {
		const step = { x: this.stage.clientWidth * NUDGE, y: this.stage.clientHeight * NUDGE };
		switch (key) {
			case "+":
			case "=":
				this.zoomAt(STEP);
				return true;
			case "-":
			case "−":
				this.zoomAt(1 / STEP);
				return true;
			case "0":
				this.fit();
				this.keep();
				return true;
			case "ArrowLeft":
				this.move(step.x, 0);
				return true;
			case "ArrowRight":
				this.move(-step.x, 0);
				return true;
			case "ArrowUp":
				this.move(0, step.y);
				return true;
			case "ArrowDown":
				this.move(0, -step.y);
				return true;
			default:
				return false;
		}
	}

	press(button) {
		switch (button.dataset.zoom) {
			case "in":
				this.zoomAt(STEP);
				break;
			case "out":
				this.zoomAt(1 / STEP);
				break;
			case "fit":
				this.fit();
				this.keep();
				break;
			case "focus":
				this.focus();
				this.keep();
				break;
			case "boxes": {
				const off = this.figure.classList.toggle("boxes-off");
				button.setAttribute("aria-pressed", String(!off));
				break;
			}
		}
	}

	listen() {
		// on a page of many pictures the wheel scrolls the page until a picture is chosen
		this.stage.addEventListener(
			"wheel",
			(event) => {
				const chosen = this.stage.closest(".workbench") || document.activeElement === this.stage;
				if (!chosen && !event.ctrlKey) return;
				event.preventDefault();
				this.zoomAt(Math.exp(-event.deltaY * 0.0016), event.clientX, event.clientY);
			},
			{ passive: false },
		);
		this.stage.addEventListener("keydown", (event) => {
			if (!event.ctrlKey && !event.metaKey && !event.altKey && this.key(event.key)) {
				event.preventDefault();
				event.stopPropagation();
			}
		});
		this.figure.addEventListener("click", (event) => {
			const button = event.target.closest("[data-zoom]");
			if (button) this.press(button);
		});
		this.stage.addEventListener("pointerdown", (event) => {
			this.pointers.set(event.pointerId, event);
			this.stage.setPointerCapture(event.pointerId);
			this.stage.classList.add("is-moving");
		});
		this.stage.addEventListener("pointermove", (event) => this.drag(event));
		for (const end of ["pointerup", "pointercancel"]) {
			this.stage.addEventListener(end, (event) => {
				this.pointers.delete(event.pointerId);
				this.stage.classList.toggle("is-moving", this.pointers.size > 0);
			});
		}
	}

	drag(event) {
		const before = this.pointers.get(event.pointerId);
		if (!before) return;
		const other = [...this.pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
		if (other) {
			const reach = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
			const middle = { x: (event.clientX + other.clientX) / 2, y: (event.clientY + other.clientY) / 2 };
			if (reach(before) > 0) this.zoomAt(reach(event) / reach(before), middle.x, middle.y);
		} else {
			this.move(event.clientX - before.clientX, event.clientY - before.clientY);
		}
		this.pointers.set(event.pointerId, event);
	}
}

const viewers = new WeakMap();

/** The viewer of the workbench's suspect picture; undefined elsewhere. */
export function benchViewer() {
	const figure = document.querySelector(".workbench [data-viewer]");
	return figure ? viewers.get(figure) : undefined;
}

/** Shows the capture of a link of the workbench in place. */
function showPicture(link) {
	const viewer = benchViewer();
	if (!viewer) return;
	viewer.swap(link.dataset);
	for (const other of document.querySelectorAll(".bench-captures a")) {
		if (other === link) other.setAttribute("aria-current", "true");
		else other.removeAttribute("aria-current");
	}
	link.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The next capture of the same witness, and after the last the first. */
export function nextPicture() {
	const links = [...document.querySelectorAll(".bench-captures a")];
	const at = links.findIndex((link) => link.hasAttribute("aria-current"));
	const next = links[(at + 1) % links.length];
	if (next) showPicture(next);
}

function adopt() {
	for (const figure of document.querySelectorAll("[data-viewer]")) {
		if (!viewers.has(figure)) viewers.set(figure, new Viewer(figure));
	}
}

export function startViewers() {
	adopt();
	document.body.addEventListener("htmx:afterSettle", adopt);
	document.addEventListener("click", (event) => {
		const link = event.target.closest?.(".bench-captures a");
		if (!link || !benchViewer() || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		showPicture(link);
	});
}
