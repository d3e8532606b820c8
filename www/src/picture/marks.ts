/** The signs for messages, drawn at the origin of a canvas. Their state is in the shape, the hue says whose. */
export type Pen = CanvasRenderingContext2D;

const TURN = 2 * Math.PI;

/** Ready or on its way. */
export function disc(pen: Pen, x: number, y: number, radius: number, hue: string): void {
  pen.fillStyle = hue;
  pen.beginPath();
  pen.arc(x, y, radius, 0, TURN);
  pen.fill();
}

/** Delivered and not yet acknowledged. */
export function ring(pen: Pen, x: number, y: number, radius: number, hue: string, width: number): void {
  pen.strokeStyle = hue;
  pen.lineWidth = width;
  pen.beginPath();
  pen.arc(x, y, radius - width / 2, 0, TURN);
  pen.stroke();
}

/** Delivered before: a disc with a tail on the side that it comes from. */
export function tailed(pen: Pen, x: number, y: number, radius: number, hue: string, angle: number): void {
  disc(pen, x, y, radius, hue);
  pen.strokeStyle = hue;
  pen.lineWidth = radius * 0.42;
  pen.lineCap = "round";
  pen.beginPath();
  const [along, across] = [Math.cos(angle), Math.sin(angle)];
  for (const side of [-0.5, 0.5]) {
    const startX = x - along * radius * 1.1 - across * radius * side;
    const startY = y - across * radius * 1.1 + along * radius * side;
    pen.moveTo(startX, startY);
    pen.lineTo(startX - along * radius * 1.2, startY - across * radius * 1.2);
  }
  pen.stroke();
}

/** A dead letter: a cross. */
export function cross(pen: Pen, x: number, y: number, radius: number, hue: string, ground: string): void {
  pen.lineCap = "round";
  for (const [colour, width] of [
    [ground, radius * 0.95],
    [hue, radius * 0.55],
  ] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    for (const side of [-1, 1]) {
      pen.moveTo(x - radius * 0.8, y - radius * 0.8 * side);
      pen.lineTo(x + radius * 0.8, y + radius * 0.8 * side);
    }
    pen.stroke();
  }
}

/** A message that comes back to its publisher: a triangle that points the way it goes. */
export function triangle(pen: Pen, x: number, y: number, radius: number, hue: string, angle: number): void {
  pen.fillStyle = hue;
  pen.beginPath();
  for (const corner of [0, TURN / 3, (2 * TURN) / 3]) {
    pen.lineTo(x + radius * Math.cos(angle + corner), y + radius * Math.sin(angle + corner));
  }
  pen.closePath();
  pen.fill();
}

/** The time of a message is over: an hourglass. */
export function hourglass(pen: Pen, x: number, y: number, radius: number, hue: string): void {
  pen.fillStyle = hue;
  pen.strokeStyle = hue;
  pen.lineWidth = radius * 0.3;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  const half = radius * 0.75;
  pen.beginPath();
  pen.moveTo(x - half, y - radius);
  pen.lineTo(x + half, y - radius);
  pen.lineTo(x - half, y + radius);
  pen.lineTo(x + half, y + radius);
  pen.closePath();
  pen.stroke();
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x - half, y + radius);
  pen.lineTo(x + half, y + radius);
  pen.closePath();
  pen.fill();
}

/** Lost: a dashed ring. */
export function dashedRing(pen: Pen, x: number, y: number, radius: number, hue: string): void {
  const width = radius * 0.36;
  pen.setLineDash([radius * 0.62, radius * 0.5]);
  pen.lineCap = "butt";
  ring(pen, x, y, radius + width / 2, hue, width);
  pen.setLineDash([]);
}

/** What is left where a message was lost: a short stroke. */
export function remains(pen: Pen, x: number, y: number, radius: number, hue: string): void {
  pen.strokeStyle = hue;
  pen.lineWidth = radius * 0.4;
  pen.lineCap = "round";
  pen.beginPath();
  pen.moveTo(x - radius * 0.55, y);
  pen.lineTo(x + radius * 0.55, y);
  pen.stroke();
}

/** A refusal: a small upright bar, for a negative confirm two of them. */
export function bar(pen: Pen, x: number, y: number, size: number, hue: string, ground: string): void {
  pen.lineCap = "round";
  for (const [colour, width] of [
    [ground, size * 1.2],
    [hue, size * 0.6],
  ] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(x, y - size * 0.9);
    pen.lineTo(x, y + size * 0.9);
    pen.stroke();
  }
}

/** An acknowledgement: a small tick. It always stands upright. */
export function tick(pen: Pen, x: number, y: number, size: number, hue: string, ground: string): void {
  pen.lineCap = "round";
  pen.lineJoin = "round";
  for (const [colour, width] of [
    [ground, size * 1.1],
    [hue, size * 0.48],
  ] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(x - size * 0.9, y);
    pen.lineTo(x - size * 0.2, y + size * 0.75);
    pen.lineTo(x + size * 0.95, y - size * 0.75);
    pen.stroke();
  }
}

/** A segment or a datagram: a small square whose header is a darker edge, on the side that it goes to. */
export function packet(
  pen: Pen,
  x: number,
  y: number,
  size: number,
  hue: string,
  edge: string,
  angle: number,
): void {
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle);
  pen.fillStyle = hue;
  pen.fillRect(-size, -size, 2 * size, 2 * size);
  pen.fillStyle = edge;
  pen.fillRect(size * 0.3, -size, size * 0.7, 2 * size);
  pen.strokeStyle = edge;
  pen.lineWidth = size * 0.25;
  pen.strokeRect(-size, -size, 2 * size, 2 * size);
  pen.restore();
}

/** A lost packet: a dashed square. */
export function dashedSquare(pen: Pen, x: number, y: number, size: number, hue: string): void {
  pen.strokeStyle = hue;
  pen.lineWidth = size * 0.4;
  pen.setLineDash([size * 0.6, size * 0.5]);
  pen.lineCap = "butt";
  pen.strokeRect(x - size, y - size, 2 * size, 2 * size);
  pen.setLineDash([]);
}

/** Part of a ring, from the top clockwise; `start` and `end` are shares of a turn. */
export function arc(
  pen: Pen,
  x: number,
  y: number,
  radius: number,
  start: number,
  end: number,
  colour: string,
  width: number,
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineCap = "butt";
  pen.beginPath();
  pen.arc(x, y, radius, (start - 0.25) * TURN, (end - 0.25) * TURN);
  pen.stroke();
}
