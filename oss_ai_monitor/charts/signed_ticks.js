// Formats ticks of an axis that counts days before and after an event: −28, 0, +28.
return (tick > 0 ? '+' : '') + String(tick).replace('-', '−')
