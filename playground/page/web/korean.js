// The labels of the page in Korean, by their English.

export const KOREAN = {};
