/** A decoded picture, upright (EXIF orientation applied), 8-bit sRGB, three bytes a pixel, row by row. */
export interface Picture {
	readonly width: number;
	readonly height: number;
	readonly rgb: Uint8Array;
}
