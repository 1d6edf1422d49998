import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** The width in CSS pixels of the element that gets the ref; 0 until it is measured. */
export function useWidth<E extends HTMLElement>(): [RefObject<E>, number] {
  const host = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const sizes = new ResizeObserver(() => setWidth(element.clientWidth));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return [host, width];
}
